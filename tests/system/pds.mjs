// A PDS with a directory of its own, on free ports of this machine. Says its address, and ends with its input.
import { createRequire } from 'module'
const require = createRequire(import.meta.url)
const plc = require('@did-plc/server')
const { PDS, envToCfg, envToSecrets, readEnv } = require('@atproto/pds')
import { mkdtempSync } from 'fs'
import { tmpdir } from 'os'
import { join } from 'path'
import { randomBytes } from 'crypto'
import { createServer } from 'net'

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
const plcPort = await freePort()
const port = await freePort()
const plcServer = plc.PlcServer.create({ db: plc.Database.mock(), port: plcPort })
await plcServer.start()
const dir = mkdtempSync(join(tmpdir(), 'pds-'))
const key = () => randomBytes(32).toString('hex')
const env = {
  devMode: true,
  port,
  hostname: 'localhost',
  serviceHandleDomains: ['.test'],
  dataDirectory: dir,
  blobstoreDiskLocation: join(dir, 'blobs'),
  didPlcUrl: `http://localhost:${plcPort}`,
  jwtSecret: key(),
  adminPassword: 'admin',
  plcRotationKeyK256PrivateKeyHex: key(),
  inviteRequired: false,
  disableSsrfProtection: true,
}
const cfg = envToCfg(env)
const secrets = envToSecrets(env)
const pds = await PDS.create(cfg, secrets)
await pds.start()
console.log(`http://localhost:${port}`)
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
