package dev.fovea.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The server's first process on one data folder. */
final class Postmaster {
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(20);
  private static final long LOG_LIMIT_BYTES = 10 << 20;

  private final Programs programs;
  private final Path data;
  private final Path log;
  private final List<String> settings;

  /**
   * @param settings each {@code name=value}; they win over the configuration file
   */
  Postmaster(Programs programs, Path data, Path log, List<String> settings) {
    this.programs = programs;
    this.data = data;
    this.log = log;
    this.settings = settings;
  }

  /**
   * A server that takes connections.
   *
   * @param port on 127.0.0.1
   */
  record Running(Process process, int port) {}

  /** Starts on a free port. */
  Running start() throws IOException {
    var deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (true) {
      try {
        return start(freePort());
      } catch (PostgresProblem e) {
        // Another process may take the port between its choice and the start, and the children of a
        // killed server hold its shared
        // memory until they notice its death: both pass.
        var passes =
            e.explanation().contains("Address already in use")
                || e.explanation().contains("shared memory block");
        if (!passes || System.nanoTime() > deadline) {
          throw e;
        }
        pause();
      }
    }
  }

  /** Starts on this port. */
  Running start(int port) throws IOException {
    var arguments = new ArrayList<>(List.of("-D", data.toString(), "-p", Integer.toString(port)));
    for (var setting : settings) {
      arguments.add("-c");
      arguments.add(setting);
    }
    if (Files.exists(log) && Files.size(log) > LOG_LIMIT_BYTES) {
      Files.delete(log);
    }
    var logged = Files.exists(log) ? Files.size(log) : 0;
    var process = programs.start(log, "postgres", arguments.toArray(String[]::new));
    var deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!isReady(process)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        var what =
            process.isAlive()
                ? "PostgreSQL isn't ready after " + START_LIMIT
                : "PostgreSQL ended at once";
        process.destroyForcibly();
        throw new PostgresProblem.StartFailed(
            what, Programs.tail(log, logged), "act on these words; the whole log is " + log);
      }
      pause();
    }
    return new Running(process, port);
  }

  /**
   * Stops a server that a killed process of ours has left behind. The caller holds the lock, so it
   * can only be ours.
   */
  void stopOrphan() throws IOException {
    var lines = pidFile();
    if (lines.isEmpty()) {
      return;
    }
    var process = ProcessHandle.of(Long.parseLong(lines.getFirst().strip()));
    if (process.isPresent() && programs.isOurs(process.get())) {
      stop(process.get());
    } else if (process.isPresent()) {
      // The number belongs to a stranger by now, say after a reboot; PostgreSQL would take that for
      // a running server.
      Files.delete(data.resolve("postmaster.pid"));
    }
  }

  /** Stops it: clients are cut off, everything is written. */
  void stop(ProcessHandle process) throws IOException {
    if (!process.isAlive()) {
      return;
    }
    programs.run(
        STOP_LIMIT.plusSeconds(5),
        "pg_ctl",
        "-D",
        data.toString(),
        "stop",
        "-m",
        "fast",
        "-w",
        "-t",
        Long.toString(STOP_LIMIT.toSeconds()));
    try {
      process.onExit().get(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // Recovery at the next start makes up for it: nothing acknowledged is lost.
      process.destroyForcibly();
    } catch (ExecutionException e) {
      throw new IOException("waiting for PostgreSQL's end", e);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** PostgreSQL writes its state into the eighth line of its pid file. */
  private boolean isReady(Process process) throws IOException {
    var lines = pidFile();
    return lines.size() >= 8
        && lines.getFirst().strip().equals(Long.toString(process.pid()))
        && lines.get(7).startsWith("ready");
  }

  private List<String> pidFile() throws IOException {
    var file = data.resolve("postmaster.pid");
    try {
      return Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(LOOK_INTERVAL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while PostgreSQL starts", e);
    }
  }
}
