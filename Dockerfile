# syntax=docker/dockerfile:1
FROM python:3.12-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/copcheck
WORKDIR /src
COPY requirements.lock requirements-dev.lock ./
RUN /opt/copcheck/bin/pip install --require-hashes --requirement requirements.lock
# The build backend comes from the hashed lock too, into an environment that is left behind.
RUN python -m venv /opt/build && /opt/build/bin/pip install --require-hashes --requirement requirements-dev.lock
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY kernels kernels
COPY validator validator
COPY service service
RUN /opt/build/bin/python -m hatchling build --target wheel --directory /tmp/wheel \
    && /opt/copcheck/bin/pip install --no-deps /tmp/wheel/*.whl

FROM python:3.12-slim-bookworm
RUN useradd --create-home --uid 10001 copcheck
COPY --from=build /opt/copcheck /opt/copcheck
# Compiled kernels live in a folder that the user owns: an unwritable one would compile at every start.
ENV PATH=/opt/copcheck/bin:$PATH NUMBA_CACHE_DIR=/var/cache/copcheck PYTHONUNBUFFERED=1
RUN install --directory --owner copcheck --group copcheck /var/cache/copcheck /data
USER 10001:10001
# The first run, and the service, are ready as soon as they start.
RUN copcheck warm
COPY --chown=copcheck:copcheck sample_data /tmp/sample_data
# Exit code 1 means that the sample data's planted faults were found.
RUN copcheck validate /tmp/sample_data/normal_day --standing /tmp/sample_data/standing.csv --out /tmp/warm \
    || [ "$?" -eq 1 ] && rm -r /tmp/warm
WORKDIR /data
# The service keeps its database and store here: mount a volume over it. Without keys it refuses to start.
ENV COPCHECK_DATA=/data/copcheck
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz')"]
ENTRYPOINT ["copcheck"]
CMD ["--help"]
