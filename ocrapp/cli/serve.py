"""``ocrapp serve``."""

import ipaddress
from contextlib import suppress
from typing import Annotated

import typer

from ocrapp.cli.read import DeviceOption, Mode, ModeOption, RequireGpuOption
from ocrapp.errors import CancelledError, UsageError

HostOption = Annotated[str, typer.Option(help="Address to listen at; anything but loopback needs a token.")]
PortOption = Annotated[int, typer.Option(min=1, max=65535)]
TokenOption = Annotated[
    str, typer.Option(envvar="OCRAPP_TOKEN", help="Requests must present it: Authorization: Bearer TOKEN.")
]
MaxUploadOption = Annotated[int, typer.Option(min=1, metavar="MIB", help="Largest upload.")]
JobsOption = Annotated[int | None, typer.Option(min=1, max=256, help="Requests worked on at the same time.")]

_SHORTEST = 16
"""Characters of a token that is not guessed."""


def serve(
    *,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8090,
    token: TokenOption = "",
    max_upload: MaxUploadOption = 64,
    jobs: JobsOption = None,
    mode: ModeOption = Mode.FAST,
    device: DeviceOption = "auto",
    require_gpu: RequireGpuOption = False,
) -> None:
    """Read over HTTP, on this computer alone unless told otherwise."""
    local = is_loopback(host)
    if not local and len(token) < _SHORTEST:
        raise UsageError(
            f"{host} can be reached from other computers, and there is no token of at least {_SHORTEST} characters.",
            "Set the environment variable OCRAPP_TOKEN, or leave out --host.",
        )
    try:
        import uvicorn  # noqa: PLC0415 - an extra

        from ocrapp.serve.app import ServeOptions, make_app  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(
            f"The server cannot be loaded ({error}).", 'Install it with: pip install "ocrapp[serve]"'
        ) from error
    from ocrapp.batch.crops import default_jobs, shared_reader  # noqa: PLC0415 - loads ONNX Runtime
    from ocrapp.runtime import choose_device  # noqa: PLC0415

    chosen = choose_device(device, require_gpu)
    count = jobs or default_jobs(chosen)
    hosts = ServeOptions().hosts if local else ("*",)
    options = ServeOptions(token, hosts, max_upload * 1024**2, count)
    app = make_app(shared_reader(chosen, mode, count), chosen.reason, options)
    typer.echo(f"ocrapp serves http://{host}:{port} ({chosen.reason})", err=True)
    with suppress(CancelledError):  # Ctrl-C and kill are how a server ends
        uvicorn.Server(uvicorn.Config(app, host, port, log_level="warning", access_log=False)).run()


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this computer only."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
