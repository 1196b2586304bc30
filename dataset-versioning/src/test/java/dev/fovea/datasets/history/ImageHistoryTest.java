package dev.fovea.datasets.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.fovea.datasets.ImageHistories;
import dev.fovea.datasets.ImageHistories.Change;
import dev.fovea.datasets.ImageHistories.Next;
import dev.fovea.datasets.ImageHistories.Place;
import dev.fovea.datasets.ImageHistories.What;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Sample;
import dev.fovea.datasets.ServerTest;
import dev.fovea.datasets.Team;
import dev.fovea.datasets.TestImages;
import dev.fovea.datasets.versions.Versions;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

class ImageHistoryTest extends ServerTest {
  private static final Name DIGITS = Name.of("digits");
  private static final String PATH = "images/one.png";

  @Autowired private ImageHistories histories;
  @Autowired private HistoryWriter writer;
  @Autowired private Versions versions;
  @Autowired private JdbcClient db;

  private void push(Team team, String message) throws Exception {
    assertThat(team.prepared(message).push().accepted()).isTrue();
  }

  private List<Change> history(Team team, String path) {
    return histories.history(team.project(), DIGITS, path, Integer.MAX_VALUE, 200).changes();
  }

  /** Seven versions of one image: added, relabelled, resplit, renamed, replaced, removed, added. */
  private Team eventful() throws Exception {
    var team = team().soundImages();
    var bytes = TestImages.png(300);
    push(team.image("images/old.png", bytes, "1", "train"), "added");
    push(team.without("images/old.png").image("images/old.png", bytes, "2", "train"), "relabelled");
    push(team.without("images/old.png").image("images/old.png", bytes, "2", "test"), "resplit");
    push(team.without("images/old.png").image(PATH, bytes, "2", "test"), "renamed");
    push(team.without(PATH).image(PATH, TestImages.png(301), "2", "test"), "replaced");
    push(team.without(PATH), "removed");
    push(team.image(PATH, TestImages.png(302), "0", "train"), "added again");
    push(team.image("images/other.png", TestImages.png(303), "0", "train"), "something else");
    return team;
  }

  @Test
  void tellsWhatEachVersionDidAndFollowsARename() throws Exception {
    var team = eventful();
    var history = history(team, PATH);
    assertThat(history)
        .extracting(Change::number, Change::what)
        .containsExactly(
            tuple(7, List.of(What.ADDED)),
            tuple(6, List.of(What.REMOVED)),
            tuple(5, List.of(What.REPLACED)),
            tuple(4, List.of(What.RENAMED)),
            tuple(3, List.of(What.RESPLIT)),
            tuple(2, List.of(What.RELABELLED)),
            tuple(1, List.of(What.ADDED)));
    var fourth = history.get(3);
    assertThat(fourth.before().map(Place::path)).contains("images/old.png");
    assertThat(fourth.after().map(Place::path)).contains(PATH);
    assertThat(fourth.before().map(Place::image)).isEqualTo(fourth.after().map(Place::image));
    var version = versions.find(team.project(), DIGITS, fourth.version()).orElseThrow();
    assertThat(fourth.commit()).isEqualTo(version.commit());
    assertThat(fourth.author()).isEqualTo("ada");
    assertThat(fourth.parent()).isEqualTo(version.parent());
  }

  @Test
  void endsTheHistoryOfAPathWhereItsImageWasRenamed() throws Exception {
    assertThat(history(eventful(), "images/old.png"))
        .extracting(Change::number, Change::what)
        .containsExactly(
            tuple(4, List.of(What.RENAMED)),
            tuple(3, List.of(What.RESPLIT)),
            tuple(2, List.of(What.RELABELLED)),
            tuple(1, List.of(What.ADDED)));
  }

  @Test
  void writesTheHistoryOfVersionsOfBeforeOnce() throws Exception {
    var team = eventful();
    var before = history(team, PATH);
    db.sql("delete from datasets.image_change where project = :project")
        .param("project", team.project().text())
        .update();
    db.sql("delete from datasets.image_history where project = :project and number <> 3")
        .param("project", team.project().text())
        .update();
    var meanwhile = histories.history(team.project(), DIGITS, PATH, Integer.MAX_VALUE, 200);
    assertThat(meanwhile.changes()).isEmpty();
    assertThat(meanwhile.waiting()).isEqualTo(7);
    writer.catchUp();
    writer.catchUp();
    // The third counts as written, so what it did stays away: nothing is written twice.
    assertThat(history(team, PATH))
        .isEqualTo(before.stream().filter(c -> c.number() != 3).toList());
  }

  @Test
  void leavesOutNothingBetweenTwoPages() throws Exception {
    var team = team().soundImages();
    push(team, "first");
    var names = new ArrayList<String>(List.of("images/5.png"));
    var version = datasets.head(team.project(), DIGITS);
    // By hand: thirty versions that rename it, each of which would be a push.
    for (int number = 2; number <= 31; number++) {
      var path = "images/5-%d.png".formatted(number);
      copyVersion(team, version.number(), number);
      rename(team, number, names.getLast(), path);
      names.add(path);
    }
    var whole = history(team, names.getLast());
    assertThat(whole).hasSize(31);
    var paged = new ArrayList<Change>();
    var next = Optional.of(new Next(names.getLast(), Integer.MAX_VALUE));
    for (int pages = 0; next.isPresent(); pages++) {
      assertThat(pages).isLessThan(5);
      var page =
          histories.history(team.project(), DIGITS, next.get().path(), next.get().before(), 10);
      assertThat(page.changes()).hasSizeBetween(1, 10);
      paged.addAll(page.changes());
      next = page.next();
    }
    assertThat(paged).isEqualTo(whole);
  }

  private void copyVersion(Team team, int from, int number) {
    db.sql(
            """
            insert into datasets.version select project, dataset, :number, :digest, commit_sha, branch, dvc, classes, images,
              bytes, splits, parent, added, removed, relabelled, author, batch, created
            from datasets.version where project = :project and number = :from
            """)
        .param("number", number)
        .param("digest", digest(team.project() + " " + number).toString())
        .param("project", team.project().text())
        .param("from", from)
        .update();
  }

  private void rename(Team team, int number, String from, String to) {
    new ImageChanges(db)
        .add(team.project(), DIGITS, number, ImageChange.between(manifest(from), manifest(to)));
  }

  private static Manifest manifest(String path) {
    return new Manifest(
        List.of("1"),
        List.of(new Sample(path, digest("image"), "", 1, "1", "train", Optional.empty())));
  }

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }
}
