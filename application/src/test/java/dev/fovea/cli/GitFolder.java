package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.tree.Adding;
import dev.fovea.dvc.tree.Checkout;
import dev.fovea.dvc.work.WorkingCopy;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A repository in which the real {@code git} and Fovea's command line run as processes. */
public final class GitFolder {
  private static final int PATIENCE_SECONDS = 120;

  private final Path home;
  public final Path root;
  public final Path launcher;

  /** What a process said. */
  public record Said(int exitCode, String text) {}

  public GitFolder(Path folder) throws IOException, InterruptedException {
    home = folder;
    root = Files.createDirectories(folder.resolve("a folder"));
    launcher = launcher(folder.resolve("fo'vea"));
    git("init", "-q", "-b", "main");
  }

  // As ./fovea starts it, of what this test runs with.
  private static Path launcher(Path file) throws IOException {
    Files.writeString(
        file,
        "#!/bin/sh\nexec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' dev.fovea.Fovea \"$@\"\n"
            .formatted(Path.of(System.getProperty("java.home"), "bin", "java"), classPath()));
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  // Git runs it in the top of the working tree.
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(place -> Path.of(place).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  public Said run(String... command) throws IOException, InterruptedException {
    var output = Files.createTempFile(home, "said", ".txt");
    var builder =
        new ProcessBuilder(command)
            .directory(root.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
    builder
        .environment()
        .putAll(
            Map.of(
                "HOME", home.toString(),
                "XDG_CONFIG_HOME", home.toString(),
                "GIT_CONFIG_NOSYSTEM", "1",
                "GIT_AUTHOR_NAME", "A",
                "GIT_AUTHOR_EMAIL", "a@example.org",
                "GIT_COMMITTER_NAME", "A",
                "GIT_COMMITTER_EMAIL", "a@example.org",
                "FOVEA_COMMAND", launcher.toString()));
    var process = builder.start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("%s took too long".formatted(List.of(command)));
    }
    return new Said(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
  }

  /** Runs git where it must succeed; what it said. */
  public String git(String... arguments) throws IOException, InterruptedException {
    var said = run(Stream.concat(Stream.of("git"), Stream.of(arguments)).toArray(String[]::new));
    assertThat(said.exitCode()).as(said.text()).isZero();
    return said.text();
  }

  public Said fovea(String... arguments) throws IOException, InterruptedException {
    return run(
        Stream.concat(Stream.of(launcher.toString()), Stream.of(arguments)).toArray(String[]::new));
  }

  public void write(String path, String text) throws IOException {
    var file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** Tracks a folder that has these files and no others, and commits it. */
  public void commit(String folder, Map<String, String> files)
      throws IOException, InterruptedException {
    remove(root.resolve(folder));
    for (var file : files.entrySet()) {
      write(folder + "/" + file.getKey(), file.getValue());
    }
    var place = root.resolve(folder);
    new Adding(WorkingCopy.around(place.getParent()), Progress.NONE).add(place);
    git("add", "-A");
    git("commit", "-qm", folder);
  }

  private static void remove(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var all = Files.walk(folder)) {
        for (var each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }

  /** The files of a folder as its .dvc file says, by path. */
  public Map<String, String> checkedOut(String folder) throws IOException {
    var place = root.resolve(folder);
    var copy = WorkingCopy.around(place.getParent());
    new Checkout(copy, Progress.NONE, false).checkout(copy.tracked(place));
    var files = new TreeMap<String, String>();
    try (var all = Files.walk(place)) {
      for (var file : all.filter(Files::isRegularFile).toList()) {
        files.put(place.relativize(file).toString(), Files.readString(file));
      }
    }
    return files;
  }
}
