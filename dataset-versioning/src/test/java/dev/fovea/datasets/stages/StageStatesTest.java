package dev.fovea.datasets.stages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.fovea.datasets.PipelineStages.Comparison;
import dev.fovea.datasets.PipelineStages.Dep;
import dev.fovea.datasets.PipelineStages.Doubt;
import dev.fovea.datasets.PipelineStages.Kept;
import dev.fovea.datasets.PipelineStages.Out;
import dev.fovea.datasets.PipelineStages.Parameter;
import dev.fovea.datasets.PipelineStages.Stage;
import dev.fovea.datasets.PipelineStages.State;
import dev.fovea.datasets.repository.CommitFiles;
import dev.fovea.dvc.DvcFile;
import dev.fovea.dvc.Md5;
import dev.fovea.kernel.ByteSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.revwalk.RevWalk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The files of {@code dvc-pipeline} are those of a {@code dvc repro} by dvc 3.67.1. */
class StageStatesTest {
  private static final String RAW = "3d94c44bc6da26cf1791a06d2cc7f45f.dir";
  private static final String OTHER = "11111111111111111111111111111111.dir";
  private static final UnaryOperator<Set<String>> ALL = names -> names;
  private static final UnaryOperator<Set<String>> NONE = _ -> Set.of();

  @TempDir private Path folder;
  private Git git;

  @BeforeEach
  void repository() throws Exception {
    git = Git.init().setDirectory(folder.toFile()).setBare(true).call();
  }

  @Test
  void tellsOfARecordedPipelineThatNothingChanged() throws Exception {
    var told = tell(recorded(), ALL);
    assertThat(told.files()).containsExactly("dvc.yaml");
    assertThat(told.doubts()).isEmpty();
    assertThat(told.stages())
        .extracting(Stage::name)
        .containsExactly("prepare", "report", "each@a", "each@b", "grid@1", "grid@2");
    assertThat(told.stages()).extracting(Stage::state).containsOnly(State.UNCHANGED);
    assertThat(told.stages()).flatExtracting(Stage::reasons).isEmpty();
    var prepare = told.stages().getFirst();
    assertThat(prepare.command()).startsWith("mkdir -p prepared && cp raw/1.txt");
    assertThat(prepare.deps())
        .containsExactly(new Dep("raw", Optional.of(ByteSize.of(18)), Comparison.SAME));
    assertThat(prepare.parameters())
        .containsExactly(
            new Parameter(
                "params.yaml", "split", Optional.of("0.2"), Optional.of("0.2"), Comparison.SAME));
    assertThat(prepare.outs())
        .containsExactly(
            new Out("prepared", Optional.of(ByteSize.of(12)), Optional.of(2L), Kept.HERE));
    var report = told.stages().get(1);
    assertThat(report.deps())
        .as("from the stage's wdir, made by another stage")
        .extracting(Dep::path, Dep::now)
        .containsExactly(tuple("prepared", Comparison.SAME));
    assertThat(report.outs())
        .extracting(Out::path, Out::kept)
        .containsExactly(
            tuple("sub/local.txt", Kept.ELSEWHERE),
            tuple("sub/remote2.txt", Kept.ELSEWHERE),
            tuple("sub/metrics.json", Kept.ELSEWHERE));
    assertThat(told.stages().get(2).command()).isEqualTo("echo a > out_a.txt");
  }

  @Test
  void tellsWhatDvcReproWouldRunAgain() throws Exception {
    assertThat(prepared(with("raw.dvc", DvcFile.tracking("raw", OTHER, 1, 1).text())))
        .isEqualTo("CHANGED [raw is another than the one that it read]");
    assertThat(prepared(with("params.yaml", "split: 0.20\nnames: [a, b]\n")))
        .as("the same number")
        .isEqualTo("UNCHANGED []");
    assertThat(prepared(with("params.yaml", "split: 0.3\nnames: [a, b]\n")))
        .isEqualTo("CHANGED [split is 0.3 and was 0.2]");
    assertThat(prepared(with("params.yaml", "names: [a, b]\n")))
        .isEqualTo("CHANGED [split is gone and was 0.2]");
    assertThat(prepared(replaced("cp raw/1.txt prepared/x.txt", "cp raw/1.txt prepared/z.txt")))
        .isEqualTo("CHANGED [its command is another]");
    assertThat(prepared(replaced("deps: [raw]", "deps: [raw, prepare.py]")))
        .isEqualTo("CHANGED [it did not read prepare.py when it ran]");
    assertThat(prepared(replaced("deps: [raw]", "deps: [raw]\n    frozen: true")))
        .isEqualTo("UNCHANGED [frozen: 'dvc repro' leaves it as it is]");
    assertThat(prepared(replaced("deps: [raw]", "deps: [raw]\n    always_changed: true")))
        .startsWith("ALWAYS_RUNS");
    assertThat(prepared(replaced("  prepare:", "  first:"))).isEqualTo("NEVER_RAN []");
    var gone = recorded();
    gone.remove("raw.dvc");
    assertThat(prepared(gone)).startsWith("UNCHANGED [1 of 1 inputs not compared");
    gone.remove("dvc.lock");
    assertThat(tell(gone, ALL).stages()).extracting(Stage::state).containsOnly(State.NEVER_RAN);
  }

  @Test
  void comparesFilesOfGitItselfByTheirBytes() throws Exception {
    var lock =
        """
        schema: '2.0'
        stages:
          s:
            cmd: python s.py
            deps:
            - {path: s.py, hash: md5, md5: %1$s}
            - {path: old.py, md5: %1$s}
            - {path: large.bin, hash: md5, md5: %1$s}
            outs:
            - {path: m.json, hash: md5, md5: %1$s}
        """
            .formatted(Md5.hex("x\n".getBytes(UTF_8)));
    var yaml =
        "stages: {s: {cmd: python s.py, deps: [s.py, old.py, large.bin], metrics: [m.json: {cache: false}]}}";
    var files =
        new HashMap<>(
            Map.of(
                "dvc.lock",
                lock,
                "dvc.yaml",
                yaml,
                "s.py",
                "x\n",
                "old.py",
                "x\r\n",
                "large.bin",
                "version https://git-lfs.github.com/spec/v1\n"));
    var stage = tell(files, NONE).stages().getFirst();
    assertThat(stage.deps())
        .extracting(Dep::now)
        .containsExactly(Comparison.SAME, Comparison.SAME, Comparison.UNKNOWN);
    assertThat(stage.state()).isEqualTo(State.UNCHANGED);
    files.put("s.py", "y\n");
    files.put("m.json", "{}");
    assertThat(tell(files, NONE).stages().getFirst().reasons())
        .containsExactly(
            "s.py is another than the one that it read",
            "m.json is another than the one that it made");
  }

  @Test
  void tellsWhichOutputsAreNotInTheRemote() throws Exception {
    assertThat(tell(recorded(), NONE).stages())
        .extracting(Stage::name, Stage::state)
        .contains(tuple("prepare", State.NOT_PUSHED), tuple("report", State.UNCHANGED));
    assertThat(tell(recorded(), NONE).stages().getFirst().outs())
        .extracting(Out::kept)
        .containsExactly(Kept.MISSING);
  }

  @Test
  void saysWithItsLineWhatCannotBeReadAndTellsTheRest() throws Exception {
    var files = recorded();
    files.put("a/dvc.yaml", "stages:\n  s:\n    cmd: [");
    files.put("b/dvc.yaml", "stages: {s: {cmd: x}, t: {<<: {a: 1}}, u: {deps: x}}");
    files.put("b/dvc.lock", "schema: '2.0'\nstages: [");
    var told = tell(files, ALL);
    assertThat(told.doubts())
        .extracting(Doubt::file, Doubt::line)
        .containsExactly(tuple("a/dvc.yaml", 3), tuple("b/dvc.lock", 2));
    assertThat(told.doubts().getFirst().remedy()).contains("dvc stage list");
    assertThat(told.stages()).filteredOn(stage -> stage.file().equals("dvc.yaml")).hasSize(6);
    assertThat(told.stages())
        .filteredOn(stage -> stage.file().equals("b/dvc.yaml"))
        .extracting(Stage::name, Stage::state, Stage::reasons)
        .containsExactly(
            tuple("s", State.UNKNOWN, List.of("its dvc.lock can't be read")),
            tuple("t", State.UNKNOWN, List.of("it merges another mapping by '<<'")),
            tuple("u", State.UNKNOWN, List.of("deps is no list")));
  }

  @Test
  void takesThoseThatRanWhereAForeachIsNotKnown() throws Exception {
    var files = recorded();
    files.put("params.yaml", "split: 0.2\n");
    var told = tell(files, ALL).stages();
    assertThat(told).extracting(Stage::name).contains("each@a", "each@b").hasSize(6);
    assertThat(told.get(2).reasons())
        .containsExactly("what its foreach or matrix goes through is not known here");
    assertThat(told.get(2).command()).as("as it ran").isEqualTo("echo a > out_a.txt");
    files.remove("dvc.lock");
    assertThat(tell(files, ALL).stages())
        .extracting(Stage::name)
        .containsExactly("prepare", "report", "each@…", "grid@1", "grid@2");
  }

  @Test
  @Timeout(20)
  void tellsNoMoreThanItsBounds() throws Exception {
    var many =
        IntStream.range(0, 3_000)
            .mapToObj("  s%d: {cmd: x}%n"::formatted)
            .collect(Collectors.joining("", "stages:\n", ""));
    var told = tell(Map.of("dvc.yaml", many), ALL);
    assertThat(told.stages()).hasSize(1_000);
    assertThat(told.doubts())
        .singleElement()
        .satisfies(doubt ->
            assertThat(doubt.text()).startsWith("with stage s1000 the commit has more than 1,000"));
    var wide =
        "stages: {m: {matrix: {a: &l [%s], b: *l, c: *l}, cmd: x}}"
            .formatted(
                IntStream.range(0, 400).mapToObj(String::valueOf).collect(Collectors.joining(",")));
    assertThat(tell(Map.of("dvc.yaml", wide), ALL).stages())
        .extracting(Stage::name)
        .containsExactly("m@…");
    var deep = "stages: " + "[".repeat(60_000);
    assertThat(tell(Map.of("dvc.yaml", deep), ALL).doubts()).hasSize(1);
  }

  @Test
  void keepsHostileTextShortOnOneLineAndWithoutLogins() throws Exception {
    var name = "\\e[2J\\0\\n\\uD800" + "x".repeat(5_000);
    var yaml =
        """
        stages:
          ? "%1$s"
          : cmd: "curl https://ada:secret@example.org/ %1$s"
            deps: ["%1$s", "https://ada:secret@example.org/x"]
            params: ["%1$s"]
            outs: ["../../%1$s", "/etc/passwd"]
        """
            .formatted(name);
    var stage = tell(Map.of("dvc.yaml", yaml), ALL).stages().getFirst();
    assertThat(stage.toString())
        .doesNotContain("secret", "\u001b", "\0", "\n", "\ud800")
        .hasSizeLessThan(12_000);
    assertThat(stage.command()).startsWith("curl https://example.org/ \\u001b[2J");
  }

  private String prepared(Map<String, String> files) throws IOException {
    var stage = tell(files, ALL).stages().getFirst();
    return stage.state() + " " + stage.reasons();
  }

  private static Map<String, String> with(String path, String text) throws IOException {
    var files = recorded();
    files.put(path, text);
    return files;
  }

  private static Map<String, String> replaced(String old, String text) throws IOException {
    var yaml = recorded().getOrDefault("dvc.yaml", "");
    assertThat(yaml).contains(old);
    return with("dvc.yaml", yaml.replace(old, text));
  }

  private static Map<String, String> recorded() throws IOException {
    var files = new HashMap<String, String>();
    for (var name : List.of("dvc.yaml", "dvc.lock")) {
      try (var in = StageStatesTest.class.getResourceAsStream("/dvc-pipeline/" + name)) {
        files.put(name, new String(Objects.requireNonNull(in).readAllBytes(), UTF_8));
      }
    }
    files.put("params.yaml", "split: 0.2\nnames: [a, b]\n");
    files.put("raw.dvc", DvcFile.tracking("raw", RAW, 18, 3).text());
    return files;
  }

  private StageStates.Told tell(Map<String, String> files, UnaryOperator<Set<String>> remote)
      throws IOException {
    try (var inserter = git.getRepository().newObjectInserter();
        var walk = new RevWalk(git.getRepository())) {
      var commit = Commits.commit(inserter, Commits.tree(inserter, files));
      return StageStates.of(
          new CommitFiles(walk.getObjectReader(), walk.parseCommit(commit)), remote);
    }
  }
}
