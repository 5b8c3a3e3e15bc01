FROM python:3.11-slim
WORKDIR /srv/certification
COPY requirements/runtime.txt requirements/runtime.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/runtime.txt && useradd --system --home /data app && mkdir /data && chown app /data
COPY . .
USER app
ENV DATA_DIR=/data PYTHONUNBUFFERED=1
EXPOSE 8000
