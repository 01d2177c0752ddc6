# One image for all of Terkait's processes; docker-compose.yml says which does what.
FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /opt/terkait
ENV PATH=/opt/terkait/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
# dependencies first: they change less often than the program
COPY requirements.txt ./
RUN pip install -q -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY terkait ./terkait
COPY workers ./workers
COPY crawler ./crawler
COPY db ./db
COPY migrations ./migrations
RUN pip install -q --no-deps .

FROM python:3.12-slim
RUN useradd --uid 10001 --home-dir /data --create-home terkait \
    && install -d -o terkait -g terkait /config
COPY --from=build /opt/terkait /opt/terkait
ENV PATH=/opt/terkait/bin:$PATH PYTHONUNBUFFERED=1 TERKAIT_DATA=/data
USER terkait
# terkait.toml is looked for in the working folder
WORKDIR /config
VOLUME /data
HEALTHCHECK --interval=60s --timeout=30s --start-period=30s CMD ["terkait", "doctor"]
CMD ["terkait", "--help"]
