# The app alone; compose.yaml puts a Neo4j beside it. Not built where this was written (no Docker there).
FROM python:3.12-slim

ENV PYTHONUTF8=1 PYTHONUNBUFFERED=1
WORKDIR /app

COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

COPY . .
RUN useradd --create-home app && mkdir -p var && chown app var
USER app

EXPOSE 8501
# The committed settings keep the app on loopback; inside a container it has to listen on the container's
# address, and on any other address than loopback the app serves reading only.
CMD ["sh", "-c", "python -m loaders load data/documents --if-absent && exec streamlit run app.py --server.address=0.0.0.0 --server.headless=true -- --read-only"]
