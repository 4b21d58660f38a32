"""A component that includes what it may not does not compile, and a header that lacks an include does not either."""

import json
import pathlib
import re
import shlex
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def compile_flags(source: str) -> list[str]:
    """The flags with which the release build compiles `source`, without compiler, input and output."""
    commands = json.loads((ROOT / "build/release/compile_commands.json").read_text())
    entry = next(c for c in commands if c["file"] == str(ROOT / source))
    words = shlex.split(entry["command"])
    return [w for w in words if re.match(r"-(I|std=|march=|isystem)", w)]


def compiles(source: str, code: str) -> bool:
    result = subprocess.run(
        ["c++", *compile_flags(source), "-fsyntax-only", "-x", "c++", "-"],
        input=code, text=True, capture_output=True, check=False, timeout=120,
    )
    assert result.returncode == 0 or "error" in result.stderr
    return result.returncode == 0


def test_the_core_sees_what_it_declares():
    assert compiles("src/engine/state.cpp", '#include "wallet/wallet.hpp"\n')


def test_no_part_of_the_core_sees_the_dispatcher():
    for source in ("src/matching/matcher.cpp", "src/wallet/settlement.cpp", "src/risk/accounts.cpp"):
        assert not compiles(source, '#include "engine/engine.hpp"\n'), source
    dispatcher = {"state.cpp", "snapshot.cpp"}
    for file in (ROOT / "src/engine").glob("*.?pp"):
        assert file.name in dispatcher or '"engine/state.hpp"' not in file.read_text(), file


def test_the_core_cannot_see_clocks_files_or_the_event_store():
    for header in ("platform/clock.hpp", "platform/storage.hpp", "event_store/store.hpp", "sequencer/sequencer.hpp"):
        assert not compiles("src/engine/state.cpp", f'#include "{header}"\n'), header


def test_the_event_store_knows_bytes_not_orders():
    for header in ("model/types.hpp", "codec/commands.hpp", "engine/engine.hpp"):
        assert not compiles("src/event_store/store.cpp", f'#include "{header}"\n'), header


def test_the_critical_path_says_nothing_in_the_log():
    """The core cannot; what stands before and behind it could, since it sees the event store, and does not."""
    for source in ("engine/state.cpp", "matching/matcher.cpp", "wallet/settlement.cpp", "risk/accounts.cpp"):
        assert not compiles(f"src/{source}", '#include "telemetry/log.hpp"\n'), source
    for path in ("sequencer", "node", "event_store/log/local_log.cpp", "event_store/log/durable_writer.cpp"):
        place = ROOT / "src" / path
        for file in [place] if place.is_file() else place.rglob("*.?pp"):
            assert '"telemetry/' not in file.read_text(), file


VIEWS = ("market/market_data", "orders/orders", "balances/balances", "reports/reports", "read_models/read_models")


def test_readers_cannot_call_the_engine():
    for view in VIEWS:
        assert not compiles(f"src/views/{view}.cpp", '#include "engine/engine.hpp"\n'), view


def test_read_models_know_no_gateway():
    for view in VIEWS:
        for header in ("gateway/common/request_tracker.hpp", "gateway/websocket/hub.hpp", "gateway/rest/api.hpp"):
            assert not compiles(f"src/views/{view}.cpp", f'#include "{header}"\n'), (view, header)


def test_the_market_never_sees_orders_or_balances():
    source = "src/views/market/market_data.cpp"
    assert compiles(source, '#include "views/projection/projection.hpp"\n')
    for header in ("orders/orders.hpp", "balances/balances.hpp", "reports/reports.hpp", "read_models/read_models.hpp"):
        assert not compiles(source, f'#include "views/{header}"\n'), header


def test_every_public_header_is_compiled_alone_by_the_build():
    commands = {c["file"] for c in json.loads((ROOT / "build/release/compile_commands.json").read_text())}
    for header in (ROOT / "src").rglob("*.hpp"):
        if "tests" in header.parts:
            continue
        name = re.sub(r"[/.]", "_", str(header.relative_to(ROOT / "src")))
        assert str(ROOT / f"build/release/header_checks/{name}.cpp") in commands, header
