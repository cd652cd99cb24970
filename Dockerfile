# The desk as an image: `docker build --tag p2p-desk .`; docs/operations/container.md says how it is run.
#
# Both stages have the Python of Debian 12, so that what is installed in the first one runs in the second, which has
# neither a shell nor pip, nor anything else that the desk does not need.
FROM debian:12-slim AS build
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*
RUN python3 -m venv /opt/p2p-desk
WORKDIR /src
COPY requirements.production ./
RUN /opt/p2p-desk/bin/pip install --no-cache-dir --no-compile --no-deps --only-binary :all: --require-hashes \
    --requirement requirements.production
COPY LICENSE README.md pyproject.toml setup.cfg ./
COPY packages/p2p-desk/make_wheel.py packages/p2p-desk/
COPY adapters adapters/
COPY config config/
COPY domain domain/
COPY entrypoints entrypoints/
RUN /opt/p2p-desk/bin/python packages/p2p-desk/make_wheel.py /dist \
 && /opt/p2p-desk/bin/pip install --no-cache-dir --no-compile --no-deps --no-index /dist/*.whl \
 && /opt/p2p-desk/bin/pip uninstall --yes pip \
 && find /opt/p2p-desk -type d -name test -path '*/twisted/*' -prune -exec rm -r {} +
# Nothing can be compiled where the file system is read-only. What a desk needs is compiled by having it do all it can,
# which proves as well that it works with what is installed here. With the rest the image would be half as large again.
RUN mkdir /state \
 && /opt/p2p-desk/bin/p2p demo \
 && /opt/p2p-desk/bin/python -c 'import entrypoints.http, entrypoints.websocket, entrypoints.worker, psycopg'

FROM gcr.io/distroless/python3-debian12:nonroot
COPY --from=build /opt/p2p-desk /opt/p2p-desk
# What the desk keeps beside the database, such as the files of chats: a volume that is mounted here takes its owner.
COPY --from=build --chown=65532:65532 /state /var/lib/p2p
USER 65532:65532
WORKDIR /var/lib/p2p
ENV P2P_LOG_FORMAT=json PYTHONDONTWRITEBYTECODE=1
# Of the three roles, `http`, `ws` and `worker`, the first; any other command of p2p is run the same way.
ENTRYPOINT ["/opt/p2p-desk/bin/p2p"]
CMD ["http"]
