// Read feed files with every parser that knows their format; print the ids each finds, as JSON.
import {readFileSync} from 'node:fs';
import {parseFeed as parseRowan} from '@rowanmanning/feed-parser';
import {parseFeed as parseFeedsmith} from 'feedsmith';
import RssParser from 'rss-parser';

const PARSERS = {
	'@rowanmanning/feed-parser': {
		formats: ['rss', 'atom'],
		ids: (text) => parseRowan(text).items.map((item) => item.id)
	},
	feedsmith: {
		formats: ['rss', 'atom', 'json'],
		ids: (text) => {
			const {format, feed} = parseFeedsmith(text);
			const items = format === 'atom' ? feed.entries : feed.items;
			return items.map((item) => (format === 'rss' ? item.guid.value : item.id));
		}
	},
	'rss-parser': {
		formats: ['rss', 'atom'],
		ids: async (text) => (await new RssParser().parseString(text)).items.map((item) => item.guid ?? item.id)
	}
};

const found = {};
for (const path of process.argv.slice(2)) {
	const format = {'feed.xml': 'rss', 'atom.xml': 'atom', 'feed.json': 'json'}[path.split(/[\\/]/).at(-1)];
	const text = readFileSync(path, 'utf8');
	found[path] = {};
	for (const [name, parser] of Object.entries(PARSERS)) {
		if (parser.formats.includes(format)) {
			found[path][name] = await parser.ids(text);
		}
	}
}
process.stdout.write(JSON.stringify(found));
