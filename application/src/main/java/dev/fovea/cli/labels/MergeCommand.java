package dev.fovea.cli.labels;

import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.cli.terminal.Terminal;
import dev.fovea.dvc.merge.DiskMerge;
import dev.fovea.dvc.merge.FileMerge;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.labels.merge.LabelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Three versions of labels made one. */
@Command(
    name = "merge",
    description = {
      "Merges two versions of a label file, or of a folder, that came from one base: labels object"
          + " by object.",
      "Exit code 1 where both changed the same thing, each in another way: OUT has what OURS says"
          + " there."
    },
    mixinStandardHelpOptions = true)
public final class MergeCommand implements Callable<Integer> {
  private static final long MOST_BYTES = 64 << 20;

  @Mixin private @Nullable Terminal terminal;

  @Parameters(
      paramLabel = "BASE",
      description = "what both came from; an empty folder or file for none")
  private @Nullable Path base;

  @Parameters(paramLabel = "OURS")
  private @Nullable Path ours;

  @Parameters(paramLabel = "THEIRS")
  private @Nullable Path theirs;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "OUT",
      required = true,
      description = "a file or folder that is not there yet")
  private @Nullable Path out;

  @Option(
      names = "--drop-unkept",
      description = "lose what Fovea does not keep, such as attributes that are lists")
  private boolean drop;

  /** What came of it. */
  record Outcome(String out, List<String> conflicts) {}

  @Override
  public Integer call() throws IOException {
    var before = Objects.requireNonNull(base, "picocli demands it");
    var mine = Objects.requireNonNull(ours, "picocli demands it");
    var others = Objects.requireNonNull(theirs, "picocli demands it");
    var target = Objects.requireNonNull(out, "picocli demands it");
    if (Files.exists(target)) {
      throw new InvalidRequest("%s is there already".formatted(target), "name another");
    }
    var sides = List.of(before, mine, others);
    List<String> conflicts;
    if (sides.stream().allMatch(Files::isDirectory)) {
      conflicts = new DiskMerge(new LabelFiles(drop)).merge(before, mine, others, target);
    } else if (sides.stream().allMatch(Files::isRegularFile)) {
      conflicts = file(before, mine, others, target);
    } else {
      throw new InvalidRequest(
          "%s, %s and %s are not all files, and not all folders".formatted(before, mine, others),
          "name three files, or three folders");
    }
    Objects.requireNonNull(terminal, "picocli sets it")
        .print(
            new Outcome(target.toString(), conflicts),
            conflicts.isEmpty()
                ? "merged into %s".formatted(target)
                : "%d conflicts, in which %s has what %s says:%n  %s"
                    .formatted(conflicts.size(), target, mine, String.join("\n  ", conflicts)));
    return conflicts.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private List<String> file(Path before, Path mine, Path others, Path target) throws IOException {
    var name = String.valueOf(mine.getFileName());
    var old = Files.size(before) == 0 ? Optional.<byte[]>empty() : Optional.of(read(before));
    var our = Optional.of(read(mine));
    var their = Optional.of(read(others));
    return switch (new LabelFiles(drop)
        .merge(name, side(name, old), side(name, our), side(name, their))) {
      case FileMerge.Merged merged -> {
        write(target, merged.bytes());
        yield merged.conflicts();
      }
      case FileMerge.Unknown unknown ->
          throw new InvalidRequest(
              "%s: %s".formatted(name, unknown.reason()),
              "merge it by hand, or its whole folder: YOLO's rows need their data.yaml");
    };
  }

  private static FileMerge.Side side(String name, Optional<byte[]> bytes) {
    return asked -> asked.equals(name) ? bytes : Optional.empty();
  }

  private static byte[] read(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new InvalidRequest(
          "%s has %d bytes (expected: at most %d, since three files are held at once)"
              .formatted(file, Files.size(file), MOST_BYTES),
          "merge its splits one by one");
    }
    return Files.readAllBytes(file);
  }

  // What is half written has another name.
  private static void write(Path target, byte[] bytes) throws IOException {
    var fresh = Files.createTempFile(target.toAbsolutePath().getParent(), ".merge", ".new");
    try {
      Files.write(fresh, bytes);
      Files.move(fresh, target);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
