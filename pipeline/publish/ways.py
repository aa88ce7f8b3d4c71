"""Say what can be done about a post that is out, as its channel can."""

from __future__ import annotations

from pipeline.channels.contract import Channel, Retracts, Updates


def ways_of(channel: Channel | None, called: str) -> str:
    """In words, for the end of a sentence; ``called`` is what commands call the entry, such as ``day 2``."""
    can = [
        f"'daycast {command} {called}' {does}"
        for command, does, ability in (("update", "changes its text", Updates), ("retract", "takes it back", Retracts))
        if channel is None or isinstance(channel, ability)
    ]
    return ", ".join(can) or f"{channel.name if channel else 'the channel'} can neither change it nor take it back"


def edited(channel: Channel | None, called: str) -> str:
    """What to say of a post whose entry reads otherwise now."""
    if channel is None or isinstance(channel, Updates):
        return f"edited since it went out; 'daycast update {called}' changes it"
    if isinstance(channel, Retracts):
        return (
            "edited since it went out, where it stays as it was: "
            f"what is out cannot be changed by daycast, only taken back ('daycast retract {called}')"
        )
    return "edited since it went out, where it stays as it was: what is out cannot be changed by daycast"
