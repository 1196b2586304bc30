package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The registry in a process of its own, to be killed. */
record RegistryProcess(Process process, Path said) implements AutoCloseable {
  private static final Pattern GREETING =
      Pattern.compile("MLFLOW_TRACKING_URI=(\\S+) MLFLOW_TRACKING_TOKEN=(\\S+)");

  /**
   * Starts one.
   *
   * @param said the file that gets what it says
   * @param options {@code -D…} for its JVM and {@code --…} for the application
   */
  static RegistryProcess start(String database, Path said, String... options) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:+UseSerialGC");
    command.add("-Ddatabase=" + database);
    List.of(options).stream().filter(option -> option.startsWith("-D")).forEach(command::add);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), RegistryApplication.class.getName()));
    List.of(options).stream().filter(option -> option.startsWith("--")).forEach(command::add);
    return new RegistryProcess(
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start(),
        said);
  }

  /** A client, as soon as it listens. */
  Mlflow mlflow() {
    await()
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> assertThat(read()).containsPattern(GREETING));
    var greeting = GREETING.matcher(read());
    assertThat(greeting.find()).isTrue();
    return new Mlflow(greeting.group(1), Map.of("Authorization", "Bearer " + greeting.group(2)));
  }

  /** SIGKILL, and then it is gone. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }

  private String read() {
    try {
      return Files.readString(said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
