package dev.fovea.datasets.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.datasets.ImageHistories;
import dev.fovea.datasets.ImageHistories.Sides;
import dev.fovea.datasets.LabelledObject;
import dev.fovea.datasets.ObjectDiff;
import dev.fovea.datasets.ObjectDiff.Pair;
import dev.fovea.datasets.Sample;
import dev.fovea.datasets.ServerTest;
import dev.fovea.datasets.Team;
import dev.fovea.datasets.TestImages;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What a version says of an image with objects and what its parent says. */
class ImageSidesTest extends ServerTest {
  private static final Name DIGITS = Name.of("digits");
  private static final String CARS =
      """
      {"images":[{"id":0,"file_name":"%s","width":16,"height":16},{"id":1,"file_name":"%s","width":16,"height":16}],
       "categories":[{"id":3,"name":"car"},{"id":7,"name":"truck"}],
       "annotations":[%s]}
      """;

  @Autowired private ImageHistories histories;

  private static String box(int number, int category, int x) {
    return "{\"id\":%d,\"image_id\":0,\"category_id\":%d,\"bbox\":[%d,2,4,4],\"area\":16}"
        .formatted(number, category, x);
  }

  private Digest push(Team team, String image, String... boxes) throws Exception {
    return push(team, image, "z.png", List.of(boxes));
  }

  private Digest push(Team team, String image, String other, List<String> boxes) throws Exception {
    var file = "annotations/instances_train2017.json";
    team.without(file)
        .file(file, CARS.formatted(image, other, String.join(",", boxes)).getBytes(UTF_8));
    var pushed = team.prepared("now " + image).push();
    assertThat(pushed.accepted()).as(pushed.terminal()).isTrue();
    return datasets.head(team.project(), DIGITS).digest();
  }

  private Team team(String image) throws Exception {
    var team = team();
    team.write(
        "fovea.yaml",
        """
        project: %s
        datasets:
          digits:
            path: data/digits.dvc
            format: coco
        """
            .formatted(team.project()));
    return team.file(image, TestImages.png(1)).file("z.png", TestImages.png(2));
  }

  private Sides sides(Team team, Digest version, String path) {
    return histories.sides(team.project(), DIGITS, version, path);
  }

  private static List<String> labels(Sample sample) {
    return sample.objects().stream().map(LabelledObject::label).toList();
  }

  @Test
  void tellsWhichObjectsBecameWhich() throws Exception {
    var team = team("a.png");
    var first = push(team, "a.png", box(1, 3, 1), box(2, 3, 9));
    var second = push(team, "a.png", box(1, 3, 2), box(2, 7, 9));

    var added = sides(team, first, "a.png");
    assertThat(added.before()).isEmpty();
    assertThat(added.after())
        .hasValueSatisfying(sample -> assertThat(labels(sample)).containsExactly("car", "car"));
    assertThat(added.objects()).isEqualTo(ObjectDiff.NONE);

    var changed = sides(team, second, "a.png");
    assertThat(changed.before()).isEqualTo(added.after());
    assertThat(labels(changed.after().orElseThrow())).containsExactly("car", "truck");
    assertThat(changed.objects().moved()).containsExactly(new Pair(0, 0));
    assertThat(changed.objects().relabelled()).containsExactly(new Pair(1, 1));
  }

  @Test
  void followsARenameAndKnowsWhatLeft() throws Exception {
    var team = team("a.png");
    push(team, "a.png", box(1, 3, 1));
    team.without("a.png").file("b.png", TestImages.png(1));
    var renamed = push(team, "b.png", box(1, 3, 1));
    team.without("z.png").file("y.png", TestImages.png(3));
    var without = push(team, "b.png", "y.png", List.of(box(1, 7, 1)));

    for (var path : List.of("a.png", "b.png")) {
      var sides = sides(team, renamed, path);
      assertThat(sides.before().map(Sample::path)).as(path).contains("a.png");
      assertThat(sides.after().map(Sample::path)).as(path).contains("b.png");
      assertThat(sides.objects().unchanged()).isEqualTo(1);
    }
    var removed = sides(team, without, "z.png");
    assertThat(removed.before().map(Sample::path)).contains("z.png");
    assertThat(removed.after()).isEmpty();
  }

  @Test
  void refusesWhatDidNotHappenAndPathsThatLeave() throws Exception {
    var team = team("a.png");
    var version = push(team, "a.png", box(1, 3, 1));
    var other = team("a.png");
    push(other, "a.png", box(1, 7, 1));

    assertThatThrownBy(() -> sides(team, version, "../a.png"))
        .isInstanceOf(InvalidRequest.class)
        .hasMessage("path: '../a.png' leaves the dataset folder");
    assertThatThrownBy(() -> sides(team, version, "b.png")).isInstanceOf(NoSuchThing.class);
    assertThatThrownBy(() -> sides(other, version, "a.png"))
        .as("a version of another project")
        .isInstanceOf(NoSuchThing.class);
    assertThatThrownBy(() -> histories.sides(team.project(), Name.of("other"), version, "a.png"))
        .isInstanceOf(NoSuchThing.class);
  }
}
