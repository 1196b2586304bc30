package dev.fovea.doctor;

import com.sun.management.OperatingSystemMXBean;
import dev.fovea.kernel.ByteSize;
import dev.fovea.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Looks at this machine: what the embedded defaults need, and what later steps could use. */
public final class Doctor {
  private static final int WANTED_JAVA = 25;
  private static final long WANTED_MEMORY = 2L << 30;
  private static final long WANTED_DISK = 2L << 30;
  private static final int PROBE_SECONDS = 10;

  private final Path home;
  private final int port;

  public Doctor(Path home, int port) {
    this.home = home.toAbsolutePath();
    this.port = port;
  }

  /** All checks, in the order of the report. */
  public List<Check> examine() {
    return Stream.of(
            java(),
            platform(),
            memory(),
            disk(),
            homeFolder(),
            portFree(),
            locale(),
            user(),
            database(),
            program("git", "the built-in Git client is used", "git", "--version"),
            program(
                "docker",
                "images are written to a local OCI layout",
                "docker",
                "version",
                "--format",
                "{{.Server.Version}}"),
            program(
                "kubernetes",
                "models are served by this process",
                "kubectl",
                "version",
                "--request-timeout=3s"),
            isolation(),
            python(),
            objectStore())
        .toList();
  }

  private static Check java() {
    int version = Runtime.version().feature();
    return version >= WANTED_JAVA
        ? Check.good("java", Runtime.version().toString())
        : Check.bad(
            "java",
            "%d (expected: %d or later)".formatted(version, WANTED_JAVA),
            "install a JDK 25 from https://adoptium.net");
  }

  private static Check platform() {
    var system =
        System.getProperty("os.name").toLowerCase(Locale.ROOT)
            + " "
            + System.getProperty("os.arch");
    var musl =
        Files.exists(Path.of("/lib/ld-musl-x86_64.so.1"))
            || Files.exists(Path.of("/lib/ld-musl-aarch64.so.1"));
    if (musl) {
      return Check.bad(
          "platform",
          system + ", musl (Alpine)",
          "ONNX Runtime needs glibc: use a Debian, Ubuntu or Red Hat based system or image");
    }
    return system.equals("linux amd64")
        ? Check.good("platform", system)
        : Check.optional(
            "platform",
            system + ": this build carries the embedded PostgreSQL for linux amd64 alone",
            "give it a PostgreSQL of yours: fovea serve --db-url jdbc:postgresql://HOST/DB");
  }

  private static Check memory() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    var total = new ByteSize(system.getTotalMemorySize());
    return total.bytes() >= WANTED_MEMORY
        ? Check.good("memory", total + " in all")
        : Check.bad(
            "memory",
            "%s in all (expected: %s or more)".formatted(total, new ByteSize(WANTED_MEMORY)),
            "use a larger machine");
  }

  private Check disk() {
    try {
      var free = new ByteSize(Files.getFileStore(existing(home)).getUsableSpace());
      return free.bytes() >= WANTED_DISK
          ? Check.good("disk", "%s free at %s".formatted(free, home))
          : Check.bad(
              "disk",
              "%s free at %s (expected: %s or more)"
                  .formatted(free, home, new ByteSize(WANTED_DISK)),
              "free some space, or choose another home with --home");
    } catch (IOException e) {
      return Check.bad(
          "disk", "%s cannot be looked at".formatted(home), "choose another home with --home");
    }
  }

  private Check homeFolder() {
    var there = existing(home);
    return Files.isDirectory(there) && Files.isWritable(there)
        ? Check.good("home", home + (there.equals(home) ? "" : " (will be made)"))
        : Check.bad(
            "home",
            there + " is no folder that can be written",
            "choose another home with --home or FOVEA_HOME");
  }

  private Check portFree() {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return Check.good("port", socket.getLocalPort() + " is free");
    } catch (IOException e) {
      return Check.optional(
          "port",
          port + " is taken",
          "another Fovea may run there; else start with --port 0 or another one");
    }
  }

  private static Check locale() {
    return Charset.forName(System.getProperty("native.encoding", "UTF-8"))
            .equals(StandardCharsets.UTF_8)
        ? Check.good("locale", Locale.getDefault() + ", UTF-8")
        : Check.optional(
            "locale",
            System.getProperty("native.encoding") + ": file names outside it cannot be written",
            "export LANG=C.UTF-8");
  }

  private static Check user() {
    var root = "root".equals(System.getProperty("user.name"));
    return root
        ? Check.good("user", "root: the embedded PostgreSQL runs without root's rights")
        : Check.good("user", System.getProperty("user.name"));
  }

  private static Check database() {
    return EmbeddedPostgres.isCarried()
        ? Check.good("embedded postgresql", "in this build; its data will lie in the home folder")
        : Check.optional(
            "embedded postgresql",
            "not in this build, which was made on another kind of machine",
            "build Fovea on this one (make build), or fovea serve --db-url jdbc:postgresql://HOST/DB");
  }

  private static Check objectStore() {
    var endpoint = Optional.ofNullable(System.getenv("FOVEA_OBJECTS_S3_ENDPOINT"));
    return endpoint
        .map(url -> Check.good("object store", "S3 at " + url))
        .orElseGet(() -> Check.good("object store", "a folder in the home folder"));
  }

  /** What keeps a job apart from the rest of this machine: a model is somebody else's program. */
  private static Check isolation() {
    var namespaces = program("job isolation", "", "unshare", "-r", "-n", "-p", "--fork", "true");
    return namespaces.state() == Check.State.GOOD
        ? Check.good("job isolation", "jobs have no network and see no other process")
        : Check.optional(
            "job isolation",
            "the kernel gives no namespaces: jobs would have this machine's network",
            "allow user namespaces (kernel.unprivileged_userns_clone=1), or run jobs on"
                + " Kubernetes");
  }

  /** The interpreter that a server of this environment would take, else the one on the path. */
  private static Check python() {
    var command =
        Optional.ofNullable(System.getenv("FOVEA_PIPELINES_PYTHON_COMMAND")).orElse("python3");
    return program(
        "python exporter",
        "models are exported by Fovea itself; for the operators that it lacks:"
            + " pip install fovea-mlops, and set fovea.pipelines.python.command",
        command,
        "-c",
        "import torch, onnxruntime, onnxscript, fovea_mlops;"
            + " print('fovea-mlops', fovea_mlops.__version__, 'with torch', torch.__version__)");
  }

  private static Check program(String name, String without, String... command) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Check.optional(
            name, "no answer within %d s".formatted(PROBE_SECONDS), "not needed: " + without);
      }
      var line =
          new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8)
              .lines()
              .findFirst()
              .orElse("");
      return process.exitValue() == 0
          ? Check.good(name, line)
          : Check.optional(name, "does not answer", "not needed: " + without);
    } catch (IOException e) {
      return Check.optional(name, "not found", "not needed: " + without);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Check.optional(name, "interrupted", "run it again");
    }
  }

  private static Path existing(Path path) {
    var there = path;
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    return there;
  }
}
