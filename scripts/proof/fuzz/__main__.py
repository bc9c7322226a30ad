"""`python -m scripts.proof.fuzz TARGET FOLDER SECONDS [SEED]`: fuzzes one target, guided by coverage.

Needs atheris (https://github.com/google/atheris). FOLDER keeps the corpus, and in `failures/` the text of each kind of
failure; the fuzzer goes on after one. Statistics go to stderr.
"""

import hashlib
import importlib
import pkgutil
import sys
from pathlib import Path
from random import Random

import atheris

_SLOW = 120  # seconds of one text, after which the fuzzer gives up: nothing that is read may take so long
_LARGEST = 40_000  # bytes of a text


def main(name: str, folder: Path, seconds: int, seed: int) -> None:
    with atheris.instrument_imports(include=["gate"]):
        import gate

        for module in pkgutil.walk_packages(gate.__path__, "gate."):
            if module.name != "gate.__main__":
                importlib.import_module(module.name)
        from scripts.proof.fuzz.target import failure
        from scripts.proof.fuzz.targets import TARGETS

    target = next(one for one in TARGETS if one.name == name)
    seeds = target.seeds()
    corpus, failures, begun = folder / "corpus", folder / "failures", folder / "seeds"
    for each in (corpus, failures, begun):
        each.mkdir(parents=True, exist_ok=True)
    for i, text in enumerate(seeds):
        (begun / str(i)).write_bytes(text)

    def one(text: bytes) -> None:
        if found := failure(target, text):
            place = failures / hashlib.sha256(found.place.encode()).hexdigest()[:16]
            if not place.exists() or len(place.read_bytes()) > len(text):
                place.write_bytes(text)
                print(f"FAILURE {place.name}: {found.told}", file=sys.stderr, flush=True)

    def mutated(text: bytes, most: int, number: int) -> bytes:
        rng = Random(number)
        if rng.random() < 0.25:
            return bytes(atheris.Mutate(text, most))
        return target.mutate(text or rng.choice(seeds), seeds, rng)[:most]

    options = [
        f"-max_total_time={seconds}", f"-seed={seed}", f"-timeout={_SLOW}", f"-max_len={_LARGEST}",
        "-rss_limit_mb=4096", "-print_final_stats=1", "-len_control=0", f"-artifact_prefix={folder}/",
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options, str(corpus), str(begun)], one, custom_mutator=mutated)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]) if sys.argv[4:] else 1)
