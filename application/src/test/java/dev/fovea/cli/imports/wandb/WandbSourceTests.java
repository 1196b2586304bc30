package dev.fovea.cli.imports.wandb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.fovea.cli.imports.Tracked;
import dev.fovea.cli.imports.source.Pair;
import dev.fovea.cli.imports.source.Point;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.cli.imports.source.SourceFile;
import dev.fovea.cli.imports.source.SourceRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the stock client wrote, and what somebody made of it. */
class WandbSourceTests {
  @TempDir private Path folder;
  private final Remarks remarks = new Remarks();
  private Path wandb;

  @BeforeEach
  void unpack() throws IOException {
    wandb = Tracked.in(folder).resolve("runs/wandb");
  }

  private Path fileOf(String run) throws IOException {
    try (var files = Files.walk(wandb)) {
      return files.filter(path -> path.endsWith("run-" + run + ".wandb")).findFirst().orElseThrow();
    }
  }

  private List<SourceRun> runs(WandbSource source) throws IOException {
    var runs = new ArrayList<SourceRun>();
    for (var experiment : source.experiments()) {
      source.runs(experiment, runs::add);
    }
    return runs;
  }

  private static List<Point> points(WandbSource source, SourceRun run) throws IOException {
    var points = new ArrayList<Point>();
    source.points(run, points::add);
    return points;
  }

  @Test
  void readsWhatTheStockClientWrote() throws IOException {
    var source = WandbSource.open(wandb, true, remarks);
    var runs = runs(source);

    assertThat(source.experiments())
        .extracting(each -> each.name())
        .containsExactly("vision/digits");
    assertThat(runs)
        .extracting(SourceRun::id, SourceRun::name, SourceRun::status)
        .containsExactly(
            tuple("vision/digits/aaaa0001", "first", "FINISHED"),
            tuple("vision/digits/aaaa0002", "broken", "FAILED"));
    var first = runs.getFirst();
    assertThat(first.params())
        .contains(
            new Pair("lr", "0.1"),
            new Pair("layers", "[18,34]"),
            new Pair("model.depth", "18"),
            new Pair("model.name", "resnet"),
            new Pair("none", "null"),
            new Pair("flag", "true"),
            new Pair("late", "3"))
        .hasSize(7);
    assertThat(first.tags())
        .contains(
            new Pair("wandb.tags", "baseline, night"),
            new Pair("wandb.group", "sweep-1"),
            new Pair("wandb.job_type", "train"),
            new Pair("mlflow.note.content", "two\nlines"),
            new Pair("wandb.summary.verdict", "good"),
            new Pair("wandb.exit", "0"));
    var points = points(source, first);
    assertThat(points).filteredOn(point -> point.key().equals("train/loss")).hasSize(300);
    assertThat(points)
        .filteredOn(point -> point.key().equals("odd"))
        .extracting(Point::value)
        .containsExactly(Double.NaN, Double.MAX_VALUE, -Double.MAX_VALUE);
    assertThat(points)
        .extracting(Point::key)
        .contains("nested.a", "nested.b.c", "ok", "best", "value (top-1)", "big/" + "k".repeat(30))
        .doesNotContain("word", "text", "picture", "rows", "picture.width", "rows.nrows");
    assertThat(points).allMatch(point -> point.atMillis() > 1_700_000_000_000L);
    assertThat(source.files(first))
        .extracting(SourceFile::path)
        .anyMatch(path -> path.startsWith("media/images/picture_"))
        .contains("weights.bin");
    assertThat(remarks.faults()).isEmpty();
    assertThat(remarks.notes()).anyMatch(note -> note.contains("'picture'"));
    assertThat(remarks.notes()).anyMatch(note -> note.contains("'word'"));
  }

  @Test
  void takesTheHistoryOfARunThatWasKilled() throws IOException {
    var file = fileOf("aaaa0001");
    var bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 3));

    var source = WandbSource.open(wandb, true, remarks);
    var run = runs(source).getFirst();

    assertThat(run.status()).isEqualTo("KILLED");
    assertThat(points(source, run)).hasSizeGreaterThan(20);
    assertThat(remarks.faults()).isEmpty();
    assertThat(remarks.notes()).anyMatch(note -> note.contains("in the middle of a record"));
    assertThat(remarks.notes()).anyMatch(note -> note.contains("has no end"));
  }

  @Test
  void countsNothingThatIsWrittenAfterItWasOpened() throws IOException {
    var source = WandbSource.open(wandb, true, remarks);
    var run = runs(source).getFirst();
    var before = points(source, run);
    Files.write(fileOf("aaaa0001"), new byte[] {1, 2, 3}, StandardOpenOption.APPEND);

    assertThat(points(source, run)).isEqualTo(before);
  }

  @Test
  void followsNoLinkOutOfTheFolder() throws IOException {
    var secret = Files.writeString(folder.resolve("secret"), "s");
    var files = fileOf("aaaa0001").resolveSibling("files");
    Files.createSymbolicLink(files.resolve("link"), secret);
    Files.createSymbolicLink(wandb.resolve("latest-run"), folder);

    var source = WandbSource.open(wandb, true, remarks);

    assertThat(source.files(runs(source).getFirst()))
        .extracting(SourceFile::path)
        .doesNotContain("link");
    assertThat(remarks.faults()).singleElement().asString().contains("is a link");
  }

  @Test
  void saysThatAFolderHoldsNoRuns() {
    assertThatThrownBy(() -> WandbSource.open(folder.resolve("mlruns"), true, remarks))
        .hasMessageContaining("holds no run of W&B");
  }
}
