package dev.fovea.cli.process;

import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.JobPrograms;
import dev.fovea.store.ConfiguredStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What Fovea runs in processes and pods of its own; not for people. */
@Command(
    name = "job",
    hidden = true,
    description = "The parts of heavy jobs; Fovea starts them itself.",
    mixinStandardHelpOptions = true)
public final class JobCommand {
  @Spec private @Nullable CommandSpec spec;

  @Command(name = "evaluate", description = "Answers the images of one shard of an evaluation.")
  int evaluate(
      @Option(names = "--in", required = true) Path in,
      @Option(names = "--out", required = true) Path out)
      throws IOException {
    JobPrograms.evaluate(in, out);
    return ExitCode.OK;
  }

  @Command(name = "fetch", description = "Brings the inputs of one shard from the object store.")
  int fetch(
      @Option(names = "--order", required = true) String order,
      @Option(names = "--shard", defaultValue = "${env:JOB_COMPLETION_INDEX}", required = true)
          int shard,
      @Option(names = "--in", required = true) Path in,
      @Option(names = "--out", required = true) Path out)
      throws IOException {
    JobPrograms.fetch(ConfiguredStore.open(List.of()), Digest.parse(order), shard, in, out);
    return ExitCode.OK;
  }

  @Command(
      name = "deliver",
      description = "Stores what a shard left, and says what that was where a pod's end is read.")
  int deliver(
      @Option(names = "--out", required = true) Path out,
      @Option(names = "--say", defaultValue = "/dev/termination-log") Path say)
      throws IOException {
    try {
      Files.writeString(say, JobPrograms.deliver(ConfiguredStore.open(List.of()), out));
      return ExitCode.OK;
    } catch (JobPrograms.BadOutput e) {
      Objects.requireNonNull(spec, "picocli sets it")
          .commandLine()
          .getErr()
          .println(e.getMessage());
      return JobPrograms.EXIT_BAD_OUTPUT;
    }
  }
}
