package dev.fovea.dvc.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.cache.Held;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.history.Holdings;
import dev.fovea.dvc.tree.Status.State;
import dev.fovea.dvc.work.Desk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New tracked folders of files that others hold. */
class DerivingTest {
  @TempDir Path folder;
  private Desk desk;
  private Held held;

  @BeforeEach
  void sitDown() throws IOException {
    desk = Desk.in(folder);
    desk.write("data/a.jpg", "one");
    desk.write("data/sub/b.jpg", "two");
    desk.write("data/c.jpg", "three");
    desk.write("data/labels.csv", "all");
    held = new Holdings(desk.copy, Progress.NONE).now(desk.add("data").tracked());
  }

  private Deriving.Draft begin(String path) throws IOException {
    return new Deriving(desk.copy, Progress.NONE).begin(desk.root.resolve(path));
  }

  private List<Held.File> files(String... paths) {
    return held.files().stream().filter(each -> List.of(paths).contains(each.path())).toList();
  }

  private Adding.Added derive(String path) throws IOException {
    var from = new LinkedHashMap<String, Object>(Map.of("path", "data"));
    from.put("md5", held.name());
    try (var draft = begin(path)) {
      Files.writeString(draft.folder().resolve("labels.csv"), "few");
      return draft.finish(files("a.jpg", "sub/b.jpg"), Map.of("from", from));
    }
  }

  @Test
  void tracksWhatWasTakenAndWhatWasWritten() throws IOException {
    var added = derive("few");

    assertThat(desk.files("few"))
        .isEqualTo(Map.of("a.jpg", "one", "sub/b.jpg", "two", "labels.csv", "few"));
    assertThat(Files.readString(added.tracked().description()))
        .isEqualTo(
            """
            outs:
            - md5: %s
              size: 9
              nfiles: 3
              hash: md5
              path: few
            meta:
              fovea:
                from:
                  path: data
                  md5: %s
            """
                .formatted(added.tracked().name(), held.name()));
    assertThat(desk.status("few")).isEqualTo(State.UNCHANGED);
  }

  @Test
  void namesTheSameContentAsAnAddOfTheSameFiles() throws IOException {
    var derived = derive("few");
    desk.write("same/a.jpg", "one");
    desk.write("same/sub/b.jpg", "two");
    desk.write("same/labels.csv", "few");

    assertThat(desk.add("same").tracked().name()).isEqualTo(derived.tracked().name());
  }

  @Test
  void isPulledElsewhere() throws IOException {
    derive("few");
    desk.push();
    var other = desk.clone(folder.resolve("other"));

    other.pull();

    assertThat(other.files("few")).isEqualTo(desk.files("few"));
  }

  @Test
  void leavesNothingWhereTheCacheHasSomethingElse() throws IOException {
    var object = desk.copy.cache().directory(files("a.jpg").getFirst().md5());
    Files.delete(object);
    Files.writeString(object, "0ne");

    assertThatThrownBy(() -> derive("few")).hasMessageContaining("'a.jpg' is damaged");

    Files.delete(object);
    assertThatThrownBy(() -> derive("few")).hasMessageContaining("the cache lacks 'a.jpg'");
    assertThat(desk.root.resolve("few")).doesNotExist();
    assertThat(desk.root.resolve("few.dvc")).doesNotExist();
    try (var left = Files.list(desk.root.resolve(".dvc/tmp/fovea"))) {
      assertThat(left).noneMatch(each -> each.toString().endsWith(".derived"));
    }
  }

  @Test
  void refusesPlacesThatAreTaken() throws IOException {
    derive("few");
    Files.createSymbolicLink(desk.root.resolve("link"), folder);

    assertThatThrownBy(() -> begin("few")).hasMessageContaining("is there already");
    assertThatThrownBy(() -> begin("data/few"))
        .hasMessageContaining("data, which is tracked itself");
    assertThatThrownBy(() -> begin(".dvc/few")).hasMessageContaining("Git or DVC");
    assertThatThrownBy(() -> begin("no/few")).hasMessageContaining("there is no folder");
    assertThatThrownBy(() -> begin("link/few")).hasMessageContaining("is not in the repository");
    assertThatThrownBy(() -> begin("../few")).hasMessageContaining("is not in the repository");
  }

  @Test
  void refusesALabelFileInTheWayOfAnImage() throws IOException {
    try (var draft = begin("few")) {
      Files.writeString(draft.folder().resolve("a.jpg"), "label");
      assertThatThrownBy(() -> draft.finish(files("a.jpg"), Map.of()))
          .hasMessageContaining("both a file of labels and an image");
    }
    assertThat(desk.root.resolve("few")).doesNotExist();
  }
}
