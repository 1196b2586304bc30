package dev.fovea.web.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.registry.Run;
import dev.fovea.registry.RunFiles.File;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run's tags and files are taken for; anybody may have written them. */
class SourceCommitTests {
  private static final String SHA = "9f3c2ab1".repeat(5);

  @ParameterizedTest
  @CsvSource({
    "https://github.com/example/parcels, https://github.com/example/parcels/commit/",
    "https://github.com/example/parcels.git, https://github.com/example/parcels/commit/",
    "git@github.com:example/parcels.git, https://github.com/example/parcels/commit/",
    "https://gitlab.example.org/a/b/c.git/, https://gitlab.example.org/a/b/c/-/commit/",
  })
  void aKnownHostHasAPageForTheCommit(String tag, String page) {
    assertThat(commit(tag).href()).isEqualTo(page + SHA);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript:alert(1)//github.com/a/b",
        "http://github.com/a/b",
        "https://github.com.evil.example/a/b",
        "https://github.com@evil.example/a/b",
        "https://user:secret@github.com/a/b",
        "https://github.com/a/b?x=\"><script>",
        "https://github.com/a/\"onclick=",
        "https://github.com/../..",
        "git@github.com:a/b\"><script>",
        "/home/ada/parcels",
        "",
        "https://evil.example/gitlab.com/a"
      })
  void anythingElseIsNoAddress(String tag) {
    assertThat(commit(tag).href()).isEmpty();
  }

  @Test
  void aCommitIsFortyHexDigits() {
    assertThat(SourceCommit.of(run(Map.of(Run.COMMIT_TAG, "<script>")))).isEmpty();
    assertThat(SourceCommit.of(run(Map.of(Run.COMMIT_TAG, SHA + "0")))).isEmpty();
    assertThat(SourceCommit.of(run(Map.of()))).isEmpty();
  }

  @Test
  void theDiffOfTwoCommitsIsOfOneRepositoryAlone() {
    var one = commit("https://github.com/example/parcels");
    var two = new SourceCommit(GitCommit.of("a".repeat(40)), "https://github.com/example/parcels");
    assertThat(two.since(one))
        .isEqualTo("https://github.com/example/parcels/compare/" + SHA + "..." + "a".repeat(40));
    assertThat(one.since(one)).isEmpty();
    assertThat(two.since(commit("https://github.com/example/other"))).isEmpty();
  }

  @Test
  void imagesSayTheirKeyAndStep() {
    var logged = LoggedImage.of(file("images/val#night%step%12%timestamp%17%g1.png")).orElseThrow();
    assertThat(logged.key()).isEqualTo("val/night");
    assertThat(logged.step()).contains(12L);
    assertThat(LoggedImage.of(file("images/x%step%1%timestamp%2%g%compressed.webp"))).isEmpty();
    assertThat(LoggedImage.of(file("model.pt2"))).isEmpty();
    assertThat(
            LoggedImage.of(file("plots/confusion_matrix_normalized.PNG"))
                .orElseThrow()
                .isOfEvaluation())
        .isTrue();
    assertThat(LoggedImage.of(file("BoxPR_curve.png")).orElseThrow().isOfEvaluation()).isTrue();
    assertThat(LoggedImage.of(file("cat.jpeg")).orElseThrow().isOfEvaluation()).isFalse();
  }

  @Test
  void filesAreInTheirFoldersHoweverDeep() {
    var deep = "a/".repeat(900) + "x";
    var tree = FileTree.of(List.of(file("b"), file("m/MLmodel"), file("m/data/w"), file(deep)));
    assertThat(tree.count()).isEqualTo(4);
    assertThat(tree.folders()).extracting(FileTree::name).containsExactly("m", "a");
    assertThat(tree.folders().getFirst().files())
        .extracting(File::path)
        .containsExactly("m/MLmodel");
    int depth = 0;
    for (var folder = tree; !folder.folders().isEmpty(); folder = folder.folders().getLast()) {
      depth++;
    }
    assertThat(depth).isLessThanOrEqualTo(6);
  }

  private static File file(String path) {
    return new File(path, Digest.sha256(path.getBytes(StandardCharsets.UTF_8)), 1);
  }

  private static SourceCommit commit(String tag) {
    return SourceCommit.of(run(Map.of(Run.COMMIT_TAG, SHA, "mlflow.source.git.repoURL", tag)))
        .orElseThrow();
  }

  private static Run run(Map<String, String> tags) {
    return new Run(
        Name.of("parcels"),
        "0".repeat(32),
        "r",
        "e",
        "FINISHED",
        Instant.EPOCH,
        Optional.empty(),
        Map.of(),
        Map.of(),
        tags,
        List.of());
  }
}
