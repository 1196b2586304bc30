package dev.fovea.postgres;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts PostgreSQL's programs. They refuse to run as root; there they are started by {@code
 * unshare -U}, in a user namespace in which they are nobody in particular while the files stay
 * root's.
 */
final class Programs {
  private static final int TAIL_BYTES = 1_500;

  private final Binaries binaries;
  private final List<String> prefix;

  private Programs(Binaries binaries, List<String> prefix) {
    this.binaries = binaries;
    this.prefix = prefix;
  }

  static Programs of(Binaries binaries) throws IOException {
    if (!"root".equals(System.getProperty("user.name")) || Binaries.isWindows()) {
      return new Programs(binaries, List.of());
    }
    var tried =
        new Programs(binaries, List.of())
            .run(List.of("unshare", "-U", "true"), Duration.ofSeconds(10));
    if (tried.status() != 0) {
      throw new PostgresProblem.RootRefused(tried.words());
    }
    return new Programs(binaries, List.of("unshare", "-U"));
  }

  /**
   * What a program ended with.
   *
   * @param status its exit status; 127 where there is no such program, 124 where it took too long
   * @param words the end of what it wrote
   */
  record Ended(int status, String words) {}

  Ended run(Duration limit, String program, String... arguments) throws IOException {
    return run(command(program, arguments), limit);
  }

  /** Starts a program that goes on running and writes into this file. */
  Process start(Path log, String program, String... arguments) throws IOException {
    return quiet(command(program, arguments))
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /** Whether a process runs one of our programs. */
  boolean isOurs(ProcessHandle process) {
    return process
        .info()
        .command()
        .filter(path -> Path.of(path).startsWith(binaries.folder().getParent()))
        .isPresent();
  }

  /** The last lines of what a file holds from this byte on, on one line. */
  static String tail(Path file, long from) throws IOException {
    try (var in = Files.newInputStream(file)) {
      in.skipNBytes(Math.max(from, Files.size(file) - TAIL_BYTES));
      var text = new String(in.readNBytes(TAIL_BYTES), StandardCharsets.UTF_8);
      return String.join(" | ", text.lines().filter(line -> !line.isBlank()).toList());
    }
  }

  private List<String> command(String program, String... arguments) {
    var command = new ArrayList<>(prefix);
    command.add(binaries.program(program).toString());
    command.addAll(Arrays.asList(arguments));
    return command;
  }

  private Ended run(List<String> command, Duration limit) throws IOException {
    var output = Files.createTempFile("fovea-", ".out");
    try {
      var process = quiet(command).redirectOutput(output.toFile()).start();
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        return new Ended(
            124, "no end within %d s; %s".formatted(limit.toSeconds(), tail(output, 0)));
      }
      return new Ended(process.exitValue(), tail(output, 0));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + command.getLast(), e);
    } catch (IOException e) {
      return new Ended(127, String.valueOf(e.getMessage()));
    } finally {
      Files.deleteIfExists(output);
    }
  }

  /**
   * Nothing of the user's environment reaches PostgreSQL: PGPORT, PGDATA or an odd locale would
   * change what it does.
   */
  private static ProcessBuilder quiet(List<String> command) {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
    builder.environment().put("LC_ALL", "C");
    builder.redirectInput(
        ProcessBuilder.Redirect.from(new File(Binaries.isWindows() ? "NUL" : "/dev/null")));
    return builder;
  }
}
