package dev.fovea.datasets.stages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.fovea.datasets.repository.CommitFiles;
import dev.fovea.datasets.stages.StageReader.Doubt;
import dev.fovea.datasets.stages.StageRun.Data;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.revwalk.RevWalk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of {@code dvc-pipeline} are those of a {@code dvc repro} by dvc 3.67.1. */
class StageReaderTest {
  private static final String MD5 = "3d94c44bc6da26cf1791a06d2cc7f45f.dir";

  @TempDir private Path folder;
  private Git git;

  @BeforeEach
  void repository() throws Exception {
    git = Git.init().setDirectory(folder.toFile()).setBare(true).call();
  }

  @Test
  void readsWhatEachStageOfARecordedPipelineReadAndMade() throws Exception {
    var read = read(Map.of("dvc.lock", recorded("dvc.lock"), "dvc.yaml", recorded("dvc.yaml")));
    assertThat(read.doubts()).isEmpty();
    assertThat(read.runs())
        .extracting(StageRun::stage)
        .containsExactly("prepare", "report", "each@a", "each@b", "grid@1", "grid@2");
    var prepare = read.runs().getFirst();
    assertThat(prepare.deps()).containsExactly(md5("raw", MD5));
    assertThat(prepare.outs())
        .containsExactly(md5("prepared", "b9e8f2b958fa8d403954ace782aa1c31.dir"));
    assertThat(prepare.node().label())
        .isEqualTo(
            "stage prepare of dvc.yaml (mkdir -p prepared && cp raw/1.txt prepared/x.txt && cp raw/2.txt prepared/y.txt; split=0.2)");
    assertThat(prepare.node(prepare.deps().getFirst()).label())
        .isEqualTo("raw (%s)".formatted(MD5));
    var report = read.runs().get(1);
    assertThat(report.deps()).as("from the stage's wdir").isEqualTo(prepare.outs());
    assertThat(report.outs())
        .extracting(Data::path)
        .containsExactly("sub/local.txt", "sub/metrics.json", "sub/remote2.txt");
    assertThat(report.outs()).extracting(Data::folder).containsOnly(Optional.empty());
    assertThat(report.node(report.deps().getFirst()))
        .as("one content is one thing")
        .isEqualTo(prepare.node(prepare.outs().getFirst()));
  }

  @Test
  void takesARunForTheSameByWhatItReadAndMade() throws Exception {
    var lock = recorded("dvc.lock");
    var yaml = recorded("dvc.yaml");
    var first = read(Map.of("a/dvc.lock", lock, "a/dvc.yaml", yaml)).runs();
    var again = read(Map.of("a/dvc.lock", lock + "\n# seen", "a/dvc.yaml", yaml, "x", "y")).runs();
    assertThat(again).extracting(StageRun::digest).isEqualTo(digests(first));
    assertThat(digests(first)).doesNotHaveDuplicates();
    var elsewhere = read(Map.of("b/dvc.lock", lock, "b/dvc.yaml", yaml)).runs();
    assertThat(digests(elsewhere)).doesNotContainAnyElementsOf(digests(first));
    assertThat(elsewhere.getFirst().deps()).containsExactly(md5("b/raw", MD5));
    var other = read(Map.of("a/dvc.lock", lock.replace("3d94", "3d95"), "a/dvc.yaml", yaml)).runs();
    assertThat(digests(other).getFirst()).isNotEqualTo(digests(first).getFirst());
    assertThat(digests(other).subList(1, 6)).isEqualTo(digests(first).subList(1, 6));
    for (var change : List.of("split: 0.2>split: 0.3", "mkdir -p prepared >mkdir prepared ")) {
      var parts = change.split(">", 2);
      var changed = lock.replace(parts[0], parts[1]);
      assertThat(changed).isNotEqualTo(lock);
      var runs = read(Map.of("a/dvc.lock", changed, "a/dvc.yaml", yaml)).runs();
      assertThat(digests(runs).getFirst())
          .as("of another command, or other parameters")
          .isNotEqualTo(digests(first).getFirst());
    }
  }

  @Test
  void saysWhatRanAndWithWhat() throws Exception {
    var lock =
        """
        schema: '2.0'
        stages:
          s:
            cmd: [fetch https://ada:secret@example.org/x, train]
            params:
              params.yaml: {lr: 0.1, epochs: 3, layers: [1, 2], url: 'https://ada:secret@h/x', a: b, c: d, e: ''}
        """;
    var run = read(Map.of("dvc.lock", lock, "dvc.yaml", "stages: {s: {cmd: x}}")).runs().getFirst();
    assertThat(run.command()).isEqualTo("fetch https://example.org/x && train");
    assertThat(run.node().label())
        .isEqualTo(
            "stage s of dvc.yaml (fetch https://example.org/x && train; lr=0.1 epochs=3 layers=… url=https://h/x a=b and 2 more)");
  }

  @Test
  void takesNoNoticeOfStagesAndOutputsThatAreNoLongerDeclared() throws Exception {
    var yaml = "stages: {prepare: {cmd: x, outs: [elsewhere]}}";
    var read = read(Map.of("dvc.lock", recorded("dvc.lock"), "dvc.yaml", yaml));
    assertThat(read.runs()).extracting(StageRun::stage).containsExactly("prepare");
    assertThat(read.runs().getFirst().outs()).isEmpty();
    assertThat(read.doubts()).isEmpty();
  }

  @Test
  void tellsContentsOfDvcTwoApartAndNamesWhatHasNone() throws Exception {
    var lock =
        """
        schema: '2.0'
        stages:
          s:
            cmd: x
            deps:
            - {path: old, md5: %1$s}
            - {path: 's3://ada:secret@bucket/x', etag: abc}
            - {path: ../../outside, hash: md5, md5: %1$s}
        """
            .formatted(MD5);
    var run = read(Map.of("dvc.lock", lock, "dvc.yaml", "stages: {s: {cmd: x}}")).runs().getFirst();
    assertThat(run.deps())
        .containsExactly(
            new Data("old", Optional.of("md5-dos2unix:" + MD5)),
            new Data("s3://bucket/x", Optional.empty()),
            md5("../../outside", MD5));
    assertThat(run.deps())
        .extracting(Data::folder)
        .containsExactly(Optional.empty(), Optional.empty(), Optional.of(MD5));
    assertThat(run.deps().stream().map(run::node).map(LineageNode::label))
        .containsExactly(
            "old (md5-dos2unix:%s)".formatted(MD5),
            "s3://bucket/x (no md5)",
            "../../outside (%s)".formatted(MD5));
    assertThat(run.deps().stream().map(run::node).distinct()).hasSize(3);
  }

  @Test
  void showsPathsOfAFolderThatIsNotResolvedAsTheyAreSaid() throws Exception {
    var yaml = "stages: {prepare: {cmd: x, wdir: '${where}', outs: [prepared]}}";
    var run = read(Map.of("dvc.lock", recorded("dvc.lock"), "dvc.yaml", yaml)).runs().getFirst();
    assertThat(run.outs()).extracting(Data::path).containsExactly("…/prepared");
    assertThat(run.deps()).extracting(Data::folder).containsExactly(Optional.of(MD5));
  }

  @Test
  void resolvesTheFolderThatAStageRunsIn() throws Exception {
    var yaml = "stages: {prepare: {cmd: x, wdir: '${where.to}', outs: [prepared]}}";
    var files =
        Map.of(
            "a/dvc.lock",
            recorded("dvc.lock"),
            "a/dvc.yaml",
            yaml,
            "a/params.yaml",
            "where: {to: deep}\n",
            "params.yaml",
            "where: {to: another}\n");
    var run = read(files).runs().getFirst();
    assertThat(run.outs()).extracting(Data::path).containsExactly("a/deep/prepared");
    assertThat(run.deps()).extracting(Data::path).containsExactly("a/deep/raw");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stages: {a: [",
        "- no mapping",
        "stages: {a: {outs: no list}}",
        "stages: {a: {outs: [no mapping]}}",
        "schema: '2.0'\nstages: {a: {}, a: {}}",
        "x: !!java.net.URL [http://127.0.0.1/]\nstages: &a [*a]",
        "just words",
        "\0"
      })
  void saysWhichLockCannotBeReadAndReadsTheOthers(String text) throws Exception {
    var read =
        read(
            Map.of(
                "bad/dvc.lock",
                text,
                "bad/dvc.yaml",
                "stages: {a: {cmd: x}}",
                "good/dvc.lock",
                recorded("dvc.lock"),
                "good/dvc.yaml",
                recorded("dvc.yaml")));
    assertThat(read.runs()).hasSize(6).allMatch(run -> run.pipeline().equals("good/dvc.yaml"));
    assertThat(read.doubts())
        .singleElement()
        .satisfies(doubt -> {
          assertThat(doubt.file()).isEqualTo("bad/dvc.lock");
          assertThat(doubt.text()).endsWith("; so the stages of this file are not in the lineage");
        });
  }

  @Test
  void saysWhichPipelineCannotBeRead() throws Exception {
    var lock = recorded("dvc.lock");
    assertThat(read(Map.of("a/dvc.lock", lock)).doubts())
        .extracting(Doubt::file, Doubt::text)
        .containsExactly(
            tuple(
                "a/dvc.yaml",
                "is not in this commit by that name, so the stages of a/dvc.lock are not in the lineage"));
    assertThat(read(Map.of("dvc.lock", lock, "dvc.yaml", "stages: [")).doubts())
        .extracting(Doubt::file, Doubt::line)
        .containsExactly(tuple("dvc.yaml", 1));
  }

  @Test
  void readsNoMoreThanItsBounds() throws Exception {
    var deep = "stages: " + "[".repeat(60_000);
    assertThat(read(Map.of("dvc.lock", deep)).doubts())
        .singleElement()
        .satisfies(doubt -> assertThat(doubt.text()).contains("more than 64 levels"));
    assertThat(read(Map.of("dvc.lock", "#".repeat((1 << 20) + 1))).doubts())
        .singleElement()
        .satisfies(doubt -> assertThat(doubt.text()).contains("expected: at most 1048576"));
    var large = new TreeMap<String, String>();
    for (int i = 0; i < 6; i++) {
      large.put(i + "/dvc.lock", "# long\n".repeat((1 << 20) / 7));
    }
    assertThat(read(large).doubts())
        .singleElement()
        .satisfies(doubt -> {
          assertThat(doubt.file()).isEqualTo("4/dvc.lock");
          assertThat(doubt.text()).contains("more than 4,194,304 characters");
        });
    var many = new StringBuilder("stages:\n");
    for (int i = 0; i < 1000; i++) {
      many.append("  s@%d: {cmd: x}\n".formatted(i));
    }
    var stages = read(Map.of("dvc.lock", many.toString(), "dvc.yaml", "stages: {s: {cmd: x}}"));
    assertThat(stages.runs()).hasSize(500);
    assertThat(stages.doubts())
        .singleElement()
        .satisfies(doubt -> assertThat(doubt.text()).startsWith("with stage s@500 the commit has"));
    var wide = "stages: {s: {deps: [%s]}}".formatted("{path: x},".repeat(2001));
    assertThat(read(Map.of("dvc.lock", wide, "dvc.yaml", "stages: {s: {cmd: x}}")).runs())
        .isEmpty();
    var locks = new TreeMap<String, String>();
    for (int i = 0; i < 120; i++) {
      locks.put("%03d/dvc.lock".formatted(i), "");
    }
    assertThat(read(locks).doubts())
        .singleElement()
        .satisfies(doubt -> {
          assertThat(doubt.file()).isEqualTo("100/dvc.lock");
          assertThat(doubt.text()).contains("has 120 dvc.lock files");
        });
  }

  /** Forty trees, each with two of the one before: a trillion files. */
  @Test
  void walksNoForestWithoutAnEnd() throws Exception {
    try (var inserter = git.getRepository().newObjectInserter()) {
      var below = inserter.insert(Constants.OBJ_BLOB, "stages: {}".getBytes(UTF_8));
      var mode = FileMode.REGULAR_FILE;
      for (int i = 0; i < 40; i++) {
        var tree = new TreeFormatter();
        tree.append(i == 0 ? "dvc.lock" : "a", mode, below);
        tree.append(i == 0 ? "dvc.yaml" : "b", mode, below);
        below = inserter.insert(tree);
        mode = FileMode.TREE;
      }
      assertThat(read(Commits.commit(inserter, below)).doubts())
          .anySatisfy(doubt -> assertThat(doubt.text()).contains("more than 200,000 files"));
    }
  }

  @Test
  void followsNoLinkAndNoSubmodule() throws Exception {
    try (var inserter = git.getRepository().newObjectInserter()) {
      var link = inserter.insert(Constants.OBJ_BLOB, "/etc/passwd".getBytes(UTF_8));
      var tree = new TreeFormatter();
      tree.append("dvc.lock", FileMode.SYMLINK, link);
      var read = read(Commits.commit(inserter, inserter.insert(tree)));
      assertThat(read.doubts())
          .containsExactly(
              new Doubt(
                  "dvc.lock",
                  0,
                  "is a link (expected: a plain file), so its stages are not in the lineage"));
    }
  }

  @Test
  void keepsHostileNamesShortAndOnOneLine() throws Exception {
    var name = "\\e[2J\\0\\n\\uD800" + "x".repeat(500);
    var lock =
        "stages:\n  \"%1$s\":\n    cmd: x\n    deps: [{path: \"%1$s\", hash: md5, md5: %2$s}]\n"
            .formatted(name, MD5);
    var read =
        read(Map.of("dvc.lock", lock, "dvc.yaml", "stages:\n  \"%s\": {cmd: x}".formatted(name)));
    assertThat(read.doubts()).isEmpty();
    var run = read.runs().getFirst();
    assertThat(run.node().kind()).isEqualTo(Kind.STAGE);
    for (var label : new String[] {run.node().label(), run.node(run.deps().getFirst()).label()}) {
      assertThat(label).contains("\\u001b[2J\\u0000\\u000a\\ud800xxx").hasSizeLessThan(200);
    }
  }

  private static Data md5(String path, String name) {
    return new Data(path, Optional.of("md5:" + name));
  }

  private static List<Digest> digests(List<StageRun> runs) {
    return runs.stream().map(StageRun::digest).toList();
  }

  private static String recorded(String name) throws IOException {
    try (var in = StageReaderTest.class.getResourceAsStream("/dvc-pipeline/" + name)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
    }
  }

  private StageReader.Read read(Map<String, String> files) throws IOException {
    try (var inserter = git.getRepository().newObjectInserter()) {
      return read(Commits.commit(inserter, Commits.tree(inserter, files)));
    }
  }

  private StageReader.Read read(ObjectId commit) throws IOException {
    try (var walk = new RevWalk(git.getRepository())) {
      return StageReader.read(new CommitFiles(walk.getObjectReader(), walk.parseCommit(commit)));
    }
  }
}
