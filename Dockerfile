# syntax=docker/dockerfile:1
# Two images from one file:  docker build --target worker .   and   docker build --target api .
# Everything that they install is named with a hash in requirements/ or web/package-lock.json.

FROM node:22-bookworm-slim AS console
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY docs/reference/openapi.json /src/docs/reference/openapi.json
COPY web ./
RUN npm run build

FROM python:3.11-slim-bookworm AS build
# Who runs it may not write beside the modules, so that each start would compile all of them anew.
ENV UV_COMPILE_BYTECODE=1
WORKDIR /src
COPY requirements requirements
RUN python -m venv /opt/almere \
 && python -m venv /opt/uv \
 && /opt/uv/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements/uv.lock \
 && /opt/uv/bin/uv pip install --no-cache --python /opt/almere/bin/python --require-hashes --no-deps \
      -r requirements/server.lock
COPY pyproject.toml README.md LICENSE ./
COPY almere_vision almere_vision
COPY api api
COPY models models
COPY zones zones
COPY eval/suites eval/suites
RUN /opt/uv/bin/uv pip install --no-cache --python /opt/almere/bin/python --no-deps \
      --build-constraints requirements/build.lock .
COPY --from=console /src/web/dist /opt/almere/share/almere-vision/web/dist

FROM python:3.11-slim-bookworm AS runtime
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin almere \
 && install -d -o almere -g almere -m 0700 /data
COPY --from=build /opt/almere /opt/almere
COPY --from=build /src/LICENSE /usr/share/doc/almere-vision/LICENSE
ENV PATH=/opt/almere/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ALMERE_DATA_DIR=/data
WORKDIR /data
VOLUME /data
USER 10001
STOPSIGNAL SIGTERM

FROM runtime AS worker
# A worker has no port to ask: it ends when it cannot go on, and the queue tells the state of cameras.
HEALTHCHECK NONE
CMD ["almere", "worker"]

FROM runtime AS api
ENV ALMERE_API_HOST=0.0.0.0 \
    ALMERE_API_PORT=8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/readyz', timeout=4)"]
CMD ["almere", "api"]
