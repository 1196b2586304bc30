"""Tracking by Fovea and by stock `mlflow server`: the same calls, on one PostgreSQL, one system at a time. Prints a line a figure.

Usage: tracking.py FOLDER [SCALE [PART…]]   (by benchmarks/tracking; parts: ingest search history growth faults; all where none are named)

What is counted is the processor time of the server and of the database, from /proc, with the checkpoint at the end: a figure for each core,
which the load's own process does not change. Bodies are made before the clock starts. Ingest alternates between the systems, with fresh runs
each time. Rows to search among are written by SQL into each system's own tables, and analyzed. SCALE makes everything smaller, for a try.
"""

import concurrent.futures
import hashlib
import http.client
import json
import math
import os
import pathlib
import platform
import secrets
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import threading
import time
import urllib.parse

import psycopg2

FOLDER, SCALE = pathlib.Path(sys.argv[1]).resolve(), float(sys.argv[2]) if len(sys.argv) > 2 else 1
PARTS = sys.argv[3:] or ["ingest", "search", "history", "growth", "faults"]
ROOT = pathlib.Path(__file__).resolve().parent.parent
MLFLOW = pathlib.Path(sys.executable).parent / "mlflow"
WRITERS, BATCH, TICKS = 20, 1000, os.sysconf("SC_CLK_TCK")
ROUNDS = 3 if SCALE >= 1 else 1
PASSWORD = secrets.token_hex(16)


def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def processor(pid):
    """Seconds of a process and of all that it has begun, those that ended and were waited for, too."""
    total = 0
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total = sum(int(each) for each in fields[11:15]) / TICKS
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
            total += sum(processor(int(child)) for child in (task / "children").read_text().split())
    except (FileNotFoundError, ProcessLookupError):
        pass
    return total


def alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def resident(pid):
    """MiB at most, of a process and its children."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024 + sum(resident(int(each)) for each in children)


class Postgres:
    def __init__(self, folder):
        self.folder, self.port = folder, port()
        self.programs = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: float(each.parent.name))
        folder.mkdir(parents=True)
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        secret = folder / "secret"
        secret.touch(0o600)
        secret.write_text(PASSWORD)
        if os.getuid() == 0:
            shutil.chown(secret, "postgres")
        self.run("initdb", "-D", folder / "data", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums", "-A", "scram-sha-256", f"--pwfile={secret}")
        with open(folder / "data/postgresql.conf", "a") as settings:
            settings.write(
                f"port = {self.port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 200\n"
                "shared_buffers = 1GB\nmax_wal_size = 4GB\n"
            )
        self.start()

    def run(self, program, *words):
        become = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"] if os.getuid() == 0 else []
        subprocess.run([*become, self.programs / program, *words], cwd="/", check=True, stdout=subprocess.DEVNULL)

    def start(self):
        self.run("pg_ctl", "-D", self.folder / "data", "-w", "-t", "120", "-l", self.folder / "data/log", "start")
        self.pid = int((self.folder / "data/postmaster.pid").read_text().split()[0])

    def stop(self):
        self.run("pg_ctl", "-D", self.folder / "data", "-w", "-m", "fast", "stop")

    def kill(self):
        """All of it at once, as a machine that loses its power has it, but for the disk."""
        os.kill(self.pid, signal.SIGSTOP)  # so that it begins no more
        processes = [self.pid, *map(int, pathlib.Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split())]
        for each in processes:
            os.kill(each, signal.SIGKILL)
        while any(alive(each) for each in processes):
            time.sleep(0.05)
        # A process that nobody waited for still has its number, and PostgreSQL would take it for running.
        (self.folder / "data/postmaster.pid").unlink()

    def sql(self, database, text, *values):
        connection = psycopg2.connect(host="127.0.0.1", port=self.port, user="postgres", password=PASSWORD, dbname=database)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(text, values or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


class System:
    """A server that speaks MLflow's protocol."""

    headers = {}

    def __init__(self, database):
        self.database, self.port = database, port()

    def start(self):
        log = open(FOLDER / f"{self.name}.log", "a")
        self.process = subprocess.Popen(self.command(), env=self.environment(), cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
        for _ in range(600):
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name} ended while it started: see {log.name}")
            try:
                if self.call("POST", "experiments/search", {"max_results": 1})[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.2)
        raise SystemExit(f"{self.name} did not start within 120 s: see {log.name}")

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def spent(self):
        return processor(self.process.pid) + processor(self.database.pid)

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def call(self, method, path, body=None, connection=None):
        """Status and body. A body of bytes is sent as it is."""
        connection = connection or self.connection()
        written = body if isinstance(body, bytes) else json.dumps(body).encode()
        where = path if path.startswith("/") else f"/api/2.0/mlflow/{path}"
        connection.request(method, where, None if body is None else written, {"Content-Type": "application/json", **self.headers})
        answer = connection.getresponse()
        return answer.status, answer.read()

    def ok(self, *words, **more):
        status, body = self.call(*words, **more)
        if status != 200:
            raise SystemExit(f"{self.name} {words[1]}: {status} {body[:500]!r}")
        return json.loads(body)

    def run(self, connection=None):
        made = self.ok("POST", "runs/create", {"experiment_id": "0", "start_time": 1_700_000_000_000}, connection=connection)
        return made["run"]["info"]["run_id"]


class Fovea(System):
    name = "fovea"

    def command(self):
        home = FOLDER / "home"
        address = f"jdbc:postgresql://127.0.0.1:{self.database.port}/fovea"
        return [ROOT / "fovea", "serve", "--home", home, "--port", str(self.port), "--roles", "registry", "--db-url", address]

    def environment(self):
        self.headers = {"Authorization": f"Bearer {TOKEN}"}
        return {**os.environ, "SPRING_DATASOURCE_USERNAME": "postgres", "SPRING_DATASOURCE_PASSWORD": PASSWORD, "FOVEA_AUTH_ADMINTOKENFILE": str(FOLDER / "token")}

    def seed(self, runs, width, prefix):
        sql = self.database.sql
        sql(
            "fovea",
            f"""
            insert into registry.run (id, project, experiment, name, user_id, status, started_ms)
            select '{prefix}' || lpad(to_hex(i), 24, '0'), 'default', 0, 'r' || i, '', 'FINISHED', 1700000000000 + i from generate_series(1, {runs}) i;
            insert into registry.metric (run, key, at_ms, step, value, is_nan)
            select '{prefix}' || lpad(to_hex(i), 24, '0'), 'm' || k, 1700000000000 + i, 1, ((i::bigint * 7919 + k * 104729) % 99991) / 99991.0, false
            from generate_series(1, {runs}) i, generate_series(1, {width}) k order by i, k;
            insert into registry.latest_metric (run, key, at_ms, step, value, is_nan, ranked, charted_ms, charted_step, place)
            select run, key, at_ms, step, value, is_nan, value, at_ms, step,
              (select place from registry.experiment where project = 'default' and id = 0)
            from registry.metric where run like '{prefix}%';
            insert into registry.param (run, key, value, place)
            select '{prefix}' || lpad(to_hex(i), 24, '0'), 'p' || k, ((i * 31 + k) % 10)::text,
              (select place from registry.experiment where project = 'default' and id = 0)
            from generate_series(1, {runs}) i, generate_series(1, {width}) k order by i, k
            """,
        )
        sql("fovea", "vacuum analyze registry.run, registry.metric, registry.latest_metric, registry.param")

    def points(self, run, count):
        """By its own calls, so that it prepares for charts what it prepares."""
        connection = self.connection()
        for begin in range(1, count + 1, BATCH):
            points = [
                {"key": "long", "timestamp": 1_700_000_000_000 + i, "step": i, "value": math.sin(i / 5000) + (1000 if i == count // 3 else 0)}
                for i in range(begin, begin + BATCH)
            ]
            self.ok("POST", "runs/log-batch", {"run_id": run, "metrics": points}, connection=connection)
        time.sleep(3)

    def stored(self, run):
        return self.database.sql("fovea", "select key, at_ms, step, value from registry.metric where run = %s", run)


class Mlflow(System):
    name = "mlflow"

    def command(self):
        store = f"postgresql+psycopg2://postgres:{PASSWORD}@127.0.0.1:{self.database.port}/mlflow"
        return [
            MLFLOW, "server", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "2",
            "--backend-store-uri", store, "--artifacts-destination", FOLDER / "mlartifacts",
        ]  # fmt: skip

    def environment(self):
        return {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}

    def seed(self, runs, width, prefix):
        sql = self.database.sql
        sql(
            "mlflow",
            f"""
            insert into runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, source_version, lifecycle_stage,
              artifact_uri, experiment_id)
            select '{prefix}' || lpad(to_hex(i), 24, '0'), 'r' || i, 'LOCAL', '', '', '', 'FINISHED', 1700000000000 + i, '', 'active', 'mlflow-artifacts:/0', 0
            from generate_series(1, {runs}) i;
            insert into metrics (run_uuid, key, timestamp, step, value, is_nan)
            select '{prefix}' || lpad(to_hex(i), 24, '0'), 'm' || k, 1700000000000 + i, 1, ((i::bigint * 7919 + k * 104729) % 99991) / 99991.0, false
            from generate_series(1, {runs}) i, generate_series(1, {width}) k order by i, k;
            insert into latest_metrics (run_uuid, key, timestamp, step, value, is_nan)
            select run_uuid, key, timestamp, step, value, is_nan from metrics where run_uuid like '{prefix}%';
            insert into params (run_uuid, key, value)
            select '{prefix}' || lpad(to_hex(i), 24, '0'), 'p' || k, ((i * 31 + k) % 10)::text from generate_series(1, {runs}) i, generate_series(1, {width}) k order by i, k
            """,
        )
        sql("mlflow", "vacuum analyze runs, metrics, latest_metrics, params")

    def points(self, run, count):
        self.database.sql(
            "mlflow",
            f"""
            insert into metrics (run_uuid, key, timestamp, step, value, is_nan)
            select '{run}', 'long', 1700000000000 + i, i, sin(i / 5000.0) + case when i = {count // 3} then 1000 else 0 end, false
            from generate_series(1, {count}) i;
            insert into latest_metrics (run_uuid, key, timestamp, step, value, is_nan)
            select run_uuid, key, timestamp, step, value, is_nan from metrics where run_uuid = '{run}' and key = 'long' order by step desc limit 1
            """,
        )
        self.database.sql("mlflow", "vacuum analyze metrics")


def batch(run, number, keys):
    """A thousand points: of so many keys, each with as many steps as make a thousand."""
    steps = BATCH // keys
    return json.dumps(
        {
            "run_id": run,
            "metrics": [
                {"key": f"metric{k}", "value": (number * 31 + i * 17 + k) % 1009 / 1009, "timestamp": 1_700_000_000_000 + number * 1000 + i, "step": number * steps + i}
                for i in range(steps)
                for k in range(keys)
            ],
        }
    ).encode()


def percentile(times, part):
    return sorted(times)[min(len(times) - 1, int(len(times) * part))] * 1000


def log(system, bodies):
    """Sends each writer's bodies by a connection of its own, all writers at once. Seconds of each call."""
    begin = threading.Barrier(len(bodies))

    def write(mine):
        connection, times = system.connection(), []
        connection.connect()
        begin.wait()
        for body in mine:
            started = time.perf_counter()
            system.ok("POST", "runs/log-batch", body, connection=connection)
            times.append(time.perf_counter() - started)
        return times

    with concurrent.futures.ThreadPoolExecutor(len(bodies)) as writers:
        return sum(writers.map(write, bodies), [])


def ingest(system, keys, hot, batches):
    """Metrics a second and core, metrics a second, and the 95th percentile in ms."""
    runs = [system.run()] * WRITERS if hot else [system.run() for _ in range(WRITERS)]
    bodies = [[batch(run, n * WRITERS + w if hot else n, keys) for n in range(batches)] for w, run in enumerate(runs)]
    system.database.sql("postgres", "checkpoint")
    spent, begun = system.spent(), time.perf_counter()
    times = log(system, bodies)
    took = time.perf_counter() - begun
    system.database.sql("postgres", "checkpoint")
    points = BATCH * WRITERS * batches
    return points / (system.spent() - spent), points / took, percentile(times, 0.95)


def timed(system, count, call):
    """Seconds of each call, one after the other; milliseconds of processor time that one took."""
    connection, times, spent = system.connection(), [], system.spent()
    for i in range(count):
        started = time.perf_counter()
        call(i, connection)
        times.append(time.perf_counter() - started)
    return times, (system.spent() - spent) * 1000 / count


def said(name, met, **figures):
    shown = " ".join(f"{key}={value:.4g}" if isinstance(value, float) else f"{key}={value}" for key, value in figures.items())
    print(f"bench {name} {shown}{'' if met is None else ' MET' if met else ' SHORT'}", flush=True)


def ratio(name, ours, theirs, goal, **more):
    said(name, ours / theirs >= goal, fovea=ours, mlflow=theirs, ratio=ours / theirs, goal=goal, **more)


def ingest_part(systems):
    layouts = {"log-batch-1000-keys": (1000, False), "log-batch-10-keys": (10, False), "log-batch-hot-run": (1000, True)}
    figures = {(name, layout): [] for name in systems for layout in layouts}
    creating = {name: [] for name in systems}
    for turn in range(ROUNDS):
        for name in list(systems) if turn % 2 else reversed(systems):
            system = systems[name]
            system.start()
            for layout, (keys, hot) in layouts.items():
                # Until the JIT has compiled what counts; the peer has its caches filled by less.
                ingest(system, keys, hot, max(2, int((30 if name == "fovea" else 3) * SCALE)))
                figures[name, layout].append(ingest(system, keys, hot, max(2, int((75 if name == "fovea" else 8) * SCALE))))
            creating[name] += timed(system, max(50, int(1000 * SCALE)), lambda _, connection: system.run(connection))[0]
            if turn == ROUNDS - 1:
                print(f"# {name}: {resident(system.process.pid)} MiB resident at most", flush=True)
            system.stop()
    for layout in layouts:
        ours, theirs = ([statistics.median(each[i] for each in figures[name, layout]) for i in range(3)] for name in ("fovea", "mlflow"))
        ratio(f"{layout}-metrics-per-core-second", ours[0], theirs[0], 10)
        said(f"{layout}-metrics-per-second", None, fovea=ours[1], mlflow=theirs[1])
        said(f"{layout}-p95-ms", None, fovea=ours[2], mlflow=theirs[2])
    ours, theirs = (percentile(creating[name], 0.95) for name in ("fovea", "mlflow"))
    said("create-run-p95-ms", ours <= 5, fovea=ours, mlflow=theirs, goal=5)


def searching(i, width):
    return {
        "experiment_ids": ["0"],
        "filter": f"metrics.m{i % width + 1} < 0.{3 + i % 6} AND params.p{(i * 3) % width + 1} = '{i % 10}'",
        "order_by": [f"metrics.m{(i * 7) % width + 1} {'DESC' if i % 2 else 'ASC'}"],
        "max_results": 100,
    }


def search_part(systems):
    runs, found, figures = max(300, int(30_000 * SCALE)), {}, {}
    for name, system in systems.items():
        system.start()
        system.seed(runs, 20, "aaaaaaaa")
        timed(system, 200 if name == "fovea" else 2, lambda i, connection: system.ok("POST", "runs/search", searching(i, 20), connection=connection))
        found[name] = [[run["info"]["run_id"] for run in system.ok("POST", "runs/search", searching(i, 20)).get("runs", [])] for i in range(4)]
        figures[name] = timed(system, 200 if name == "fovea" else 20, lambda i, connection: system.ok("POST", "runs/search", searching(i, 20), connection=connection))
        system.stop()
    if found["fovea"] != found["mlflow"]:
        raise SystemExit("the two systems found different runs, or in another order")
    ours, theirs = (percentile(figures[name][0], 0.95) for name in ("fovea", "mlflow"))
    said(f"search-{runs}-runs-p95-ms", ours <= 50 and theirs / ours >= 10, fovea=ours, mlflow=theirs, ratio=theirs / ours, goal="50-and-10x")
    said(f"search-{runs}-runs-processor-ms", None, fovea=figures["fovea"][1], mlflow=figures["mlflow"][1])


def history_part(systems):
    count, figures = max(10_000, int(1_000_000 * SCALE)), {}
    for name, system in systems.items():
        system.start()
        run = system.run()
        system.points(run, count)
        path = "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?" + urllib.parse.urlencode({"run_ids": run, "metric_key": "long", "max_results": 2500})
        first = timed(system, 1, lambda _, connection: system.ok("GET", path, connection=connection))[0][0] * 1000
        said(f"history-{count}-points-first-ms", None, **{name: first})
        points = system.ok("GET", path)["metrics"]
        spike = any(point["value"] > 900 for point in points)
        print(f"# {name}: {len(points)} points; the one spike is {'there' if spike else 'lost'}")
        timed(system, 50 if name == "fovea" else 1, lambda _, connection: system.ok("GET", path, connection=connection))
        figures[name] = timed(system, 100 if name == "fovea" else 10, lambda _, connection: system.ok("GET", path, connection=connection))
        system.stop()
    ours, theirs = (percentile(figures[name][0], 0.95) for name in ("fovea", "mlflow"))
    said(f"history-{count}-points-p95-ms", ours <= 100, fovea=ours, mlflow=theirs, goal=100)
    said(f"history-{count}-points-processor-ms", None, fovea=figures["fovea"][1], mlflow=figures["mlflow"][1])


def growth_part(systems):
    """Fovea alone: what the number of runs costs."""
    system, there = systems["fovea"], 0
    system.start()
    for turn, runs in enumerate(int(each * SCALE) for each in (10_000, 100_000, 1_000_000)):
        system.seed(runs - there, 5, f"bbbbbbb{turn}")
        there = runs
        # What is measured is what so many runs cost, not what is left of writing them.
        system.database.sql("fovea", "checkpoint")
        run = system.run()
        calls = {
            "create": (100, lambda _, connection: system.run(connection)),
            "log_batch": (50, lambda i, connection: system.ok("POST", "runs/log-batch", batch(run, i, 1000), connection=connection)),
            "search": (100, lambda i, connection: system.ok("POST", "runs/search", searching(i, 5), connection=connection)),
            "best": (100, lambda i, connection: system.ok("POST", "runs/search", {**searching(i, 5), "filter": ""}, connection=connection)),
        }
        for count, call in calls.values():
            timed(system, count, call)
        said(f"growth-{runs}-runs-p95-ms", None, **{what: percentile(timed(system, count, call)[0], 0.95) for what, (count, call) in calls.items()})
    print(f"# fovea: {resident(system.process.pid)} MiB resident at most, its heap at most 768 MiB", flush=True)
    system.stop()


def checksum(rows):
    total = hashlib.sha256()
    for key, at, step, value in sorted(rows):
        total.update(f"{key} {at} {step} ".encode() + struct.pack("<d", value))
    return total.hexdigest()


def faults_part(systems):
    """What was acknowledged is there, once, whatever is killed; what was not is there whole or not at all."""
    system = systems["fovea"]
    system.start()
    for victim in ("server", "database"):
        runs = [system.run() for _ in range(WRITERS)]
        acknowledged, going = [set() for _ in runs], threading.Event()

        def write(w, run=runs, done=acknowledged, stop=going):
            number, connection = 0, system.connection()
            while not stop.is_set():
                try:
                    # The same batch until it is answered, as clients do that do not know whether it arrived.
                    if system.call("POST", "runs/log-batch", batch(run[w], number, 100), connection=connection)[0] == 200:
                        done[w].add(number)
                        number += 1
                        continue
                except (OSError, http.client.HTTPException):
                    pass
                connection.close()
                connection = system.connection()
                time.sleep(0.2)

        writers = [threading.Thread(target=write, args=(w,)) for w in range(WRITERS)]
        for each in writers:
            each.start()
        for _ in range(3):
            time.sleep(3)
            if victim == "server":
                system.kill()
                system.start()
            else:
                system.database.kill()
                system.database.start()
        time.sleep(3)
        going.set()
        for each in writers:
            each.join()
        wrong = 0
        for run, numbers in zip(runs, acknowledged):
            rows = system.stored(run)
            points = [point for n in sorted(numbers) for point in json.loads(batch(run, n, 100))["metrics"]]
            expected = [(point["key"], point["timestamp"], point["step"], point["value"]) for point in points]
            there = set(expected)
            # A batch whose answer was lost at the end may be there too, but whole.
            more = [row for row in rows if row not in there]
            wrong += checksum(row for row in rows if row in there) != checksum(expected) or len(more) not in (0, BATCH)
        batches = sum(map(len, acknowledged))
        said(f"killed-{victim}-3-times", wrong == 0 and batches > 0, acknowledged=batches * BATCH, runs_that_differ=wrong, goal=0)
    run = system.run()
    body = batch(run, 1, 1000)
    times = log(system, [[body] * 7] * WRITERS)
    said("retry-storm-20-writers-7-times", len(system.stored(run)) == BATCH, points=len(system.stored(run)), goal=BATCH, p95_ms=percentile(times, 0.95))
    system.stop()


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    FOLDER.chmod(0o711)
    global TOKEN
    TOKEN = secrets.token_hex(24)
    token = FOLDER / "token"
    token.touch(0o600)
    token.write_text(TOKEN + "\n")
    database = Postgres(FOLDER / "postgres")
    systems = {"fovea": Fovea(database), "mlflow": Mlflow(database)}
    for name in systems:
        database.sql("postgres", f"create database {name}")
    revision = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    print(f"# {time.strftime('%F', time.gmtime())}, commit {revision}, {os.cpu_count()} cores, {model}, Linux {platform.release()}, scale {SCALE:g}")
    version = database.sql("postgres", "show server_version")[0][0]
    print(f"# mlflow 3.17.2 with 2 workers, PostgreSQL {version} with fsync, shared_buffers 1 GB; {WRITERS} connections; medians of {ROUNDS}", flush=True)
    try:
        for part in PARTS:
            {"ingest": ingest_part, "search": search_part, "history": history_part, "growth": growth_part, "faults": faults_part}[part](systems)
    finally:
        for system in systems.values():
            if hasattr(system, "process") and system.process.poll() is None:
                system.kill()
        database.stop()


if __name__ == "__main__":
    main()
