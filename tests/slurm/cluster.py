"""A Slurm cluster on this machine, for tests: real daemons, emulated nodes and GPUs, on the loopback address.

Needs root and the packages below; no systemd. Memory, time and GPUs are booked by Slurm as on a real cluster;
only time is enforced. Every daemon's process is recorded when it starts and ended by its number.
"""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

PROGRAMS = ["munged", "mariadbd", "slurmdbd", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scancel"]
PACKAGES = "munge slurmctld slurmd slurm-client slurmdbd mariadb-server"
ETC = Path("/etc/slurm")
CONFIG_FILES = ["slurm.conf", "gres.conf", "cgroup.conf", "slurmdbd.conf"]
ENDED = {"CANCELLED", "COMPLETED", "FAILED", "TIMEOUT"}
SECONDS_TO_START = 60
SECONDS_TO_STOP = 20

SLURM_CONF = """\
ClusterName=emulated
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/run/munge.sock
CredType=cred/munge
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/run/slurmctld.pid
SlurmdPidFile={folder}/run/slurmd-%n.pid
SlurmctldLogFile={folder}/log/slurmctld.log
SlurmdLogFile={folder}/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerParameters=bf_interval=1,sched_min_interval=100000
GresTypes=gpu
ReturnToService=2
MinJobAge=3600
KillWait=2
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort={database_port}
AccountingStoragePass={folder}/run/munge.sock
{nodes}
PartitionName=cpu Nodes={cpu_nodes} Default=YES DefaultTime=10 MaxTime=1440
PartitionName=gpu Nodes={gpu_nodes} DefaultTime=10 MaxTime=1440
"""
SLURMDBD_CONF = """\
AuthType=auth/munge
AuthInfo=socket={folder}/run/munge.sock
DbdHost=localhost
DbdAddr=127.0.0.1
DbdPort={database_port}
SlurmUser=root
LogFile={folder}/log/slurmdbd.log
PidFile={folder}/run/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={mariadb_port}
StorageUser=slurm
StoragePass=slurm
StorageLoc=slurm
"""
# booked, not there: as many threads and as much memory as the study's rules ask for
NODE = "NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=16 RealMemory=64000{gres}"


def why_not() -> str:
    """Why a cluster cannot be started here; empty where it can."""
    if os.geteuid() != 0:
        return "an emulated Slurm cluster needs root"
    if missing := [name for name in PROGRAMS if shutil.which(name) is None]:
        return f"there is no {', '.join(missing)}: apt-get install {PACKAGES}"
    if any((ETC / name).is_file() for name in CONFIG_FILES):
        return f"{ETC} configures a cluster already"
    return ""


class Cluster:
    """Slurm with nodes of these names and numbers of GPUs: a context, in which it runs.

    `folder` holds its state and logs; its path must be short, it holds Unix sockets.
    """

    def __init__(self, folder: Path, nodes: dict[str, int]):
        self.folder = folder
        self.nodes = nodes
        self._daemons: dict[str, subprocess.Popen] = {}

    def __enter__(self) -> "Cluster":
        for name in ("run", "state", "spool", "log", "devices"):
            (self.folder / name).mkdir(parents=True)
        self._configure()
        try:
            self._start_munge()
            self._start_database()
            self.start_controller()
            for name in self.nodes:
                self._start(f"slurmd-{name}", "slurmd", "-D", "-N", name)
            self._wait_for("its nodes", self._nodes_are_idle)
        except BaseException:
            self._stop_all()
            raise
        return self

    def __exit__(self, *error) -> None:
        self._stop_all()

    def start_controller(self) -> None:
        """Start slurmctld, the daemon that knows the queue."""
        self._start("slurmctld", "slurmctld", "-D")

    def stop_controller(self) -> None:
        """Stop slurmctld; jobs run on, and nothing can be asked or submitted."""
        self._stop("slurmctld")

    def jobs(self) -> list[dict[str, str]]:
        """All jobs since the start, oldest first: id, state, node, rule, and the memory and time they got.

        The rule is as Snakemake's plugin writes it: rule_{name}, and wildcards where there are any.
        """
        form = "%i|%T|%N|%k|%m|%l"
        lines = run("squeue", "--noheader", "--states=all", "--sort=i", f"--format={form}").splitlines()
        names = ["id", "state", "node", "rule", "memory", "limit"]
        return [dict(zip(names, line.split("|"), strict=True)) for line in lines]

    def is_running(self, rule: str) -> bool:
        """Whether a job of this rule runs."""
        return any(job["state"] == "RUNNING" for job in self.jobs_of(rule))

    def jobs_of(self, *rules: str) -> list[dict[str, str]]:
        """The jobs of these rules."""
        return [
            job for job in self.jobs() if re.match(rf"rule_({'|'.join(rules)})(_wildcards_|$)", job["rule"])
        ]

    def cancel(self, *rules: str) -> None:
        """Cancel the jobs of these rules, as a user would, and wait for their end."""
        run("scancel", *(job["id"] for job in self.jobs_of(*rules) if job["state"] not in ENDED))
        self._wait_for("end of its jobs", lambda: all(job["state"] in ENDED for job in self.jobs_of(*rules)))

    def _configure(self) -> None:
        host = socket.gethostname().split(".")[0]
        ports = free_ports(3 + len(self.nodes))
        self._mariadb_port = ports[1]
        lines, gres = [], ["AutoDetect=off"]
        for port, (name, gpus) in zip(ports[3:], self.nodes.items(), strict=True):
            lines.append(
                NODE.format(name=name, host=host, port=port, gres=f" Gres=gpu:{gpus}" if gpus else "")
            )
            if gpus:
                # CUDA_VISIBLE_DEVICES is set from the number at the end of the file's name
                for i in range(gpus):
                    (self.folder / "devices" / name).mkdir(exist_ok=True)
                    (self.folder / "devices" / name / f"nvidia{i}").symlink_to("/dev/null")
                files = f"{self.folder}/devices/{name}/nvidia[0-{gpus - 1}]"
                gres.append(f"NodeName={name} Name=gpu Flags=nvidia_gpu_env File={files}")
        settings = SLURM_CONF.format(
            host=host,
            port=ports[0],
            database_port=ports[2],
            folder=self.folder,
            nodes="\n".join(lines),
            cpu_nodes=",".join(name for name, gpus in self.nodes.items() if not gpus),
            gpu_nodes=",".join(name for name, gpus in self.nodes.items() if gpus),
        )
        database = SLURMDBD_CONF.format(folder=self.folder, mariadb_port=ports[1], database_port=ports[2])
        texts = [settings, "\n".join(gres) + "\n", "", database]
        ETC.mkdir(exist_ok=True)
        for name, text in zip(CONFIG_FILES, texts, strict=True):
            (self.folder / name).write_text(text)
            (self.folder / name).chmod(0o600)
            # here, since a job's steps do not inherit SLURM_CONF from Snakemake's plugin
            (ETC / name).symlink_to(self.folder / name)

    def _start_munge(self) -> None:
        key, run_folder = self.folder / "munge.key", self.folder / "run"
        key.write_bytes(secrets.token_bytes(128))
        key.chmod(0o400)
        places = {
            "key-file": key,
            "socket": run_folder / "munge.sock",
            "pid-file": run_folder / "munged.pid",
            "seed-file": run_folder / "munge.seed",
            "log-file": self.folder / "log/munged.log",
        }
        self._start("munged", "munged", "--foreground", "--force", *(f"--{k}={v}" for k, v in places.items()))
        self._wait_for("munge", lambda: (run_folder / "munge.sock").exists())

    def _start_database(self) -> None:
        data, mariadb_socket = self.folder / "data", self.folder / "run/mariadb.sock"
        run("mariadb-install-db", "--no-defaults", f"--datadir={data}", "--user=root", "--skip-test-db")
        places = [
            f"--datadir={data}",
            f"--socket={mariadb_socket}",
            f"--pid-file={self.folder}/run/mariadb.pid",
        ]
        address = ["--bind-address=127.0.0.1", f"--port={self._mariadb_port}"]
        self._start("mariadb", "mariadbd", "--no-defaults", "--user=root", *places, *address)
        client = ["mariadb", "--no-defaults", f"--socket={mariadb_socket}", "--user=root", "--execute"]
        self._wait_for("mariadb", lambda: succeeds(*client, "SELECT 1"))
        run(
            *client,
            "CREATE USER slurm@'127.0.0.1' IDENTIFIED BY 'slurm'; GRANT ALL ON slurm.* TO slurm@'127.0.0.1'",
        )
        self._start("slurmdbd", "slurmdbd", "-D")
        self._wait_for("slurmdbd", lambda: succeeds("sacctmgr", "--immediate", "add", "cluster", "emulated"))

    def _start(self, name: str, *command: str) -> None:
        with (self.folder / f"log/{name}.out").open("ab") as log:
            self._daemons[name] = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def _stop(self, name: str) -> None:
        daemon = self._daemons.pop(name)
        daemon.send_signal(signal.SIGTERM)
        try:
            daemon.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()

    def _stop_all(self) -> None:
        if "slurmctld" in self._daemons and "munged" in self._daemons:
            subprocess.run(["scancel", "--user=root"], capture_output=True, timeout=30)
        for name in reversed(list(self._daemons)):
            self._stop(name)
        for name in CONFIG_FILES:
            if (ETC / name).is_symlink():
                (ETC / name).unlink()

    def _nodes_are_idle(self) -> bool:
        finished = subprocess.run(["sinfo", "-h", "-N", "-o", "%N %t"], capture_output=True, text=True)
        idle = re.findall(r"^(\S+) idle$", finished.stdout, re.MULTILINE)
        return set(idle) == set(self.nodes)

    def _wait_for(self, what: str, is_there) -> None:
        end = time.monotonic() + SECONDS_TO_START
        while not is_there():
            dead = [name for name, daemon in self._daemons.items() if daemon.poll() is not None]
            if dead or time.monotonic() > end:
                logs = {path.name: path.read_text()[-2000:] for path in (self.folder / "log").iterdir()}
                raise RuntimeError(f"the cluster has no {what}; ended: {dead}; {logs}")
            time.sleep(0.1)


def free_ports(n: int) -> list[int]:
    """Ports of the loopback address that nobody listens on."""
    sockets = [socket.socket() for _ in range(n)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def run(*command: str) -> str:
    """What a command prints; an error if it fails."""
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def succeeds(*command: str) -> bool:
    """Whether a command ends well."""
    return subprocess.run(command, capture_output=True, timeout=60).returncode == 0
