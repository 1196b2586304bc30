package dev.fovea.pipelines.launch.process;

import dev.fovea.pipelines.launch.JobLimits;
import dev.fovea.pipelines.launch.JobSpec.Runtime;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * By which commands this machine runs jobs.
 *
 * @param fovea the class path and main class, or {@code -jar} and a jar, of Fovea's command line
 * @param python the interpreter that has {@code fovea-mlops}, and options of its own
 */
public record Commands(List<String> fovea, Optional<List<String>> python) {
  private static final long MEBIBYTE = 1L << 20;

  public Commands {
    fovea = List.copyOf(fovea);
    python = python.map(List::copyOf);
  }

  /** Fovea by the jar or class path that this process runs from. */
  public static Commands ofThisProcess(Optional<List<String>> python) {
    // Absolute, since a job works in a folder of its own.
    var path =
        Arrays.stream(System.getProperty("java.class.path", "").split(File.pathSeparator))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));
    boolean oneJar = path.endsWith(".jar") && !path.contains(File.pathSeparator);
    return new Commands(
        oneJar ? List.of("-jar", path) : List.of("-cp", path, "dev.fovea.Fovea"), python);
  }

  Optional<List<String>> of(Runtime runtime, JobLimits limits) {
    return switch (runtime) {
      case FOVEA -> Optional.of(java(limits));
      case PYTHON -> python;
    };
  }

  /** Half of the memory is for the heap; models are loaded beside it. */
  private List<String> java(JobLimits limits) {
    var command = new ArrayList<String>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(
        Arrays.asList(
            "-Xmx%dm".formatted(Math.max(16, limits.memory().bytes() / 2 / MEBIBYTE)),
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:ActiveProcessorCount=" + limits.cpus(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(fovea);
    return command;
  }
}
