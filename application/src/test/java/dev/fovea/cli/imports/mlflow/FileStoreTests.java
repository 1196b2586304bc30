package dev.fovea.cli.imports.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.cli.imports.Tracked;
import dev.fovea.cli.imports.rest.Patience;
import dev.fovea.cli.imports.source.Pair;
import dev.fovea.cli.imports.source.Point;
import dev.fovea.cli.imports.source.RegisteredModel;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.cli.imports.source.Source;
import dev.fovea.cli.imports.source.SourceFile;
import dev.fovea.cli.imports.source.SourceRun;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder that stock MLflow wrote, and what somebody made of it. */
class FileStoreTests {
  @TempDir private Path folder;
  private final Remarks remarks = new Remarks();
  private Path mlruns;

  @BeforeEach
  void unpack() throws IOException {
    mlruns = Tracked.in(folder).resolve("mlruns");
  }

  private Source open() throws IOException {
    return new MlflowSource(mlruns.toString(), "default", List.of(), true)
        .open(Map.of(), Patience.USUAL, remarks);
  }

  private static List<SourceRun> runs(Source source) throws IOException {
    var runs = new ArrayList<SourceRun>();
    for (var experiment : source.experiments()) {
      source.runs(experiment, runs::add);
    }
    return runs;
  }

  private static SourceRun run(Source source, String name) throws IOException {
    return runs(source).stream().filter(run -> run.name().equals(name)).findFirst().orElseThrow();
  }

  private static List<Point> points(Source source, SourceRun run) throws IOException {
    var points = new ArrayList<Point>();
    source.points(run, points::add);
    return points;
  }

  private Path folderOf(SourceRun run) {
    return mlruns.resolve(run.experiment()).resolve(run.id());
  }

  @Test
  void readsWhatStockMlflowWrote() throws IOException {
    var source = open();

    assertThat(source.experiments())
        .extracting(each -> each.name())
        .containsExactlyInAnyOrder("Default", "digits", "parcels/night shift");
    assertThat(runs(source))
        .extracting(run -> run.name() + " " + run.status())
        .containsExactlyInAnyOrder(
            "first FINISHED",
            "child FAILED",
            "running RUNNING",
            "killed KILLED",
            "with model FINISHED");
    var first = run(source, "first");
    assertThat(first.params()).hasSize(104).contains(new Pair("model/depth", "18"));
    assertThat(first.params()).contains(new Pair("text", "two\nlines"), new Pair("empty", ""));
    assertThat(first.datasets())
        .extracting(each -> each.name())
        .containsExactlyInAnyOrder("digits-train", "digits-val");
    assertThat(points(source, first)).hasSize(700 + 6 + 3);
    assertThat(source.files(first))
        .extracting(SourceFile::path)
        .containsExactlyInAnyOrder(
            "empty", "notes.txt", "plots/a b+c%20.bin", "plots/deep/grün.txt");
    assertThat(source.registeredModels())
        .filteredOn(model -> model.name().equals("digit-reader"))
        .singleElement()
        .satisfies(model -> {
          assertThat(model.versions())
              .extracting(RegisteredModel.Version::number)
              .containsExactly(1, 3);
          assertThat(model.aliases())
              .containsExactlyInAnyOrder(new Pair("champion", "1"), new Pair("challenger", "3"));
        });
    assertThat(remarks.faults()).isEmpty();
    assertThat(remarks.notes()).anyMatch(note -> note.contains("1 deleted runs"));
  }

  @Test
  void namesLinesThatAreNoPoints() throws IOException {
    var source = open();
    var run = run(source, "child");
    Files.writeString(
        folderOf(run).resolve("metrics/loss"),
        "not a number 3\n1700000000000 0x1p3 1\n1700000000000 0.5 7\n\n"
            + "9".repeat(5_000)
            + "\n1700000000000 0.5 1 2\n1700000000000 1.5 8",
        StandardOpenOption.APPEND);

    assertThat(points(source, run))
        .hasSize(2)
        .last()
        .isEqualTo(new Point("loss", 0.5, 1_700_000_000_000L, 7));
    assertThat(remarks.faults()).hasSize(5);
    assertThat(remarks.faults())
        .anyMatch(fault -> fault.contains("metrics/loss' line 2 is no point: 'not a number 3'"));
    assertThat(remarks.faults())
        .anyMatch(fault -> fault.contains("line 6 is no point: it has 5000 bytes"));
    assertThat(remarks.notes()).anyMatch(note -> note.contains("line 8 has no end"));
  }

  @Test
  void streamsAMetricOfAnyLength() throws IOException {
    var source = open();
    var run = run(source, "child");
    try (var out = Files.newBufferedWriter(folderOf(run).resolve("metrics/long"))) {
      for (int i = 0; i < 300_000; i++) {
        out.write("170000000%d %d.5 %d\n".formatted(i, i, i));
      }
    }
    var count = new long[1];
    source.points(run, _ -> count[0]++);

    assertThat(count[0]).isEqualTo(300_001);
  }

  @Test
  void followsNoLinksAndReadsNoFileOutside() throws IOException {
    var secret = Files.createDirectories(folder.resolve("secret"));
    Files.writeString(secret.resolve("key"), "s");
    var source = open();
    var run = run(source, "child");
    Files.createSymbolicLink(folderOf(run).resolve("artifacts/link"), secret.resolve("key"));
    Files.createSymbolicLink(folderOf(run).resolve("artifacts/folder"), secret);
    Files.createSymbolicLink(folderOf(run).resolve("metrics/stolen"), secret.resolve("key"));
    Files.createSymbolicLink(folderOf(run).resolve("params/stolen"), secret.resolve("key"));

    assertThat(source.files(run)).isEmpty();
    assertThat(points(source, run)).hasSize(1);
    assertThat(run(source, "child").params()).isEmpty();
    assertThat(remarks.faults())
        .hasSize(4)
        .allMatch(fault -> fault.contains("is a link, which is not followed"));
  }

  @Test
  void readsArtifactsWhereAMetaYamlSaysOnlyInItsOwnFolder() throws IOException {
    var source = open();
    var run = run(source, "child");
    var secret =
        Files.createDirectories(folder.resolve("elsewhere").resolve(run.id()).resolve("artifacts"));
    Files.writeString(secret.resolve("key"), "s");
    Files.delete(folderOf(run).resolve("artifacts"));
    for (var uri :
        List.of(
            "file:///etc",
            secret.toUri().toString(),
            "file:///x/../etc/" + run.id(),
            "s3://bucket/" + run.id() + "/artifacts")) {
      var meta = folderOf(run).resolve("meta.yaml");
      Files.writeString(
          meta, Files.readString(meta).replaceAll("artifact_uri: .*", "artifact_uri: " + uri));

      assertThat(source.files(run)).as(uri).isEmpty();
    }
    assertThat(remarks.faults()).hasSize(4);
  }

  @Test
  void takesNoYamlThatAsksForMore() throws IOException {
    var source = open();
    var run = run(source, "child");
    var meta = folderOf(run).resolve("meta.yaml");
    var good = Files.readString(meta);
    for (var bad :
        List.of(
            "run_name: !!python/object/apply:os.system ['true']\n",
            "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
            "[1, 2]\n",
            "a: " + "[".repeat(500) + "\n",
            "\t: :\n",
            "")) {
      Files.writeString(meta, bad.isEmpty() ? bad : bad.startsWith("[") ? bad : good + bad);

      assertThat(runs(source)).as(bad).noneMatch(each -> each.id().equals(run.id()));
    }
    // Two of them for the same reason.
    assertThat(remarks.faults()).hasSize(5);
  }

  @Test
  void refusesAMetaYamlThatIsTooLong() throws IOException {
    var source = open();
    var run = run(source, "child");
    try (var file = new RandomAccessFile(folderOf(run).resolve("meta.yaml").toFile(), "rw")) {
      file.setLength(1L << 30);
    }

    assertThat(runs(source)).noneMatch(each -> each.id().equals(run.id()));
    assertThat(remarks.faults()).singleElement().asString().contains("more than");
  }

  @Test
  void saysThatAFolderIsNoFileStore() {
    assertThatThrownBy(() ->
            new MlflowSource(folder.resolve("runs").toString(), "default", List.of(), true)
                .open(Map.of(), Patience.USUAL, remarks))
        .hasMessageContaining("is no file store of MLflow");
  }
}
