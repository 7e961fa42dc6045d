"""`almere train fight`: clips in, a classifier out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
import yaml

from almere_vision.cli.progress import progress_bar
from almere_vision.config import load_settings
from almere_vision.domain.errors import InputError, ModelError

app = typer.Typer(help="Train what is trained here.", no_args_is_help=True)

POSE_NET = "movenet-lightning"
_FILE = "fight.onnx"


@app.callback()
def training() -> None:
    """Train what is trained here."""


@app.command()
def fight(
    data: Annotated[Path, typer.Option(help="Folder with fight_splits.csv, the clips, normal footage.")],
    out: Annotated[Path, typer.Option(help="Folder of the model, as models/fight-mine.")],
    folds: Annotated[int, typer.Option(min=2, max=20, help="Folds of the cross-validation.")] = 5,
    seed: Annotated[int, typer.Option(help="Of all random numbers: the same gives the same.")] = 0,
    cache: Annotated[Path | None, typer.Option(help="Where measured clips are kept.")] = None,
) -> None:
    """Train a classifier of tubes, and report how good it is on clips of cameras that it never saw.

    Writes the network, its manifest and accuracy.yaml; write the card (README.md) yourself. The first
    run measures every clip, which takes long; later ones take minutes, since what was measured is kept.
    """
    try:
        from almere_vision.action.export import to_onnx
    except ModuleNotFoundError as error:
        raise ModelError(
            f"{error.name} is missing: install the training tools, as pip install 'almere-vision[train]'"
        ) from None
    from almere_vision.action import load_pose_net
    from almere_vision.action.training import Forests, grow_forests, train
    from almere_vision.cli.fight.data import read_clips
    from almere_vision.cli.fight.study import as_data, study
    from almere_vision.cli.fight.table import Table, gather
    from almere_vision.cli.fight.walk import Walker
    from almere_vision.networks import find_model
    from almere_vision.networks.manifest import CommonPart

    settings = load_settings()
    networks = " ".join(
        file.sha256
        for name in (settings.model, POSE_NET)
        for file in find_model(name, settings.models_dir, CommonPart).files
    )
    walker = Walker(settings.model, settings.models_dir, settings.threads or None)
    pose_net = load_pose_net(POSE_NET, settings.models_dir)
    table = Table(walker, pose_net, networks, cache or settings.data_dir / "training")
    clips = read_clips(data)
    with progress_bar() as progress:
        task = progress.add_task("measuring clips", total=len(clips))
        pieces = gather(clips, table, lambda _: progress.advance(task))
    samples = pieces.samples
    if not samples.fight.any() or samples.fight.all() or not len(samples.rows):
        raise InputError(f"{data}: needs clips with fights and clips without, and people who can be seen")
    found = study(pieces, folds, seed, lambda line: typer.echo(line, err=True))
    judge = train(samples, np.arange(len(samples.fight)), grow_forests, seed)
    assert isinstance(judge, Forests)
    manifest = {
        "name": out.name,
        "kind": "fight",
        "licence": "see README.md: trained on footage for research",
        "source": f"trained by `almere train fight` on {len(clips)} clips, seed {seed}",
        "pose": POSE_NET,
        "clip": found.clip,
    }
    _write(out, to_onnx(judge, samples.names, *found.tube), manifest, as_data(found))
    typer.echo(yaml.safe_dump(as_data(found)["auc"], sort_keys=False, allow_unicode=True).rstrip())


def _write(out: Path, network: bytes, manifest: dict[str, Any], figures: dict[str, Any]) -> None:
    from almere_vision.action import FightManifest
    from almere_vision.networks import MANIFEST_NAME, write_manifest
    from almere_vision.networks.store import describe_file

    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / _FILE).write_bytes(network)
        files = (describe_file(out / _FILE),)
        write_manifest(FightManifest(**manifest, files=files), out / MANIFEST_NAME)
        text = yaml.safe_dump(figures, sort_keys=False, allow_unicode=True)
        (out / "accuracy.yaml").write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{out}: cannot be written ({error.strerror}); choose another --out") from None
