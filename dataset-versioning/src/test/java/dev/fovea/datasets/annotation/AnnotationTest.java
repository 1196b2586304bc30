package dev.fovea.datasets.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.fovea.datasets.Annotation.Answer;
import dev.fovea.datasets.Annotation.Batch;
import dev.fovea.datasets.Annotation.Item;
import dev.fovea.datasets.Annotation.Selection;
import dev.fovea.datasets.BatchClosed;
import dev.fovea.datasets.BatchNotLabelled;
import dev.fovea.datasets.DatasetCommitted;
import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.Frame;
import dev.fovea.datasets.ItemHeldByAnother;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.NothingNewInBatch;
import dev.fovea.datasets.ServerTest;
import dev.fovea.datasets.Team;
import dev.fovea.datasets.TestImages;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

class AnnotationTest extends ServerTest {
  private static final Name DIGITS = Name.of("digits");
  private static final Name READER = Name.of("reader");
  private static final Digest VARIANT = Digest.sha256("variant".getBytes(StandardCharsets.UTF_8));

  @Autowired private JdbcClient db;
  private Team team;

  @BeforeEach
  void aTeamWithAFirstVersion() throws Exception {
    team = team().soundImages().prepared("first");
    assertThat(team.push().accepted()).isTrue();
  }

  @Test
  void choosesUnsureFramesOnceAndWithAReason() throws Exception {
    capture(TestImages.png(50), 0.40, 0.39);
    capture(TestImages.png(50), 0.40, 0.39);
    capture(TestImages.png(51), 0.50, 0.30);
    capture("no image".getBytes(StandardCharsets.UTF_8), 0.34, 0.33);
    capture(TestImages.png(101), 0.34, 0.33);
    assertThat(frames.count(team.project())).isEqualTo(4);

    var batch = select(10);
    assertThat(batch.items())
        .as("neither the broken image nor the one that is in the dataset")
        .isEqualTo(2);
    assertThat(annotation.items(team.project(), batch.digest()))
        .extracting(Item::number, Item::image, Item::guess)
        .containsExactly(tuple(1, digest(50), "0"), tuple(2, digest(51), "0"));
    assertThat(annotation.items(team.project(), batch.digest()).getFirst().why())
        .startsWith("The model wavered between 0 (40 %) and 1 (39 %)");
    assertThat(select(10).digest()).isEqualTo(batch.digest());
    assertThat(annotation.batches(team.project())).hasSize(1);
  }

  @Test
  void leasesEachItemToOneAnnotator() throws Exception {
    var batch = batchOf(2);
    var mine = lease("bob", batch).orElseThrow();
    assertThat(lease("bob", batch).orElseThrow().number()).isEqualTo(mine.number());
    var theirs = lease("eve", batch).orElseThrow();
    assertThat(theirs.number()).isNotEqualTo(mine.number());
    assertThat(lease("joe", batch)).isEmpty();
    assertThatThrownBy(() -> label("eve", batch, mine.number(), "1"))
        .isInstanceOf(ItemHeldByAnother.class)
        .hasMessage("item %d is held by bob", mine.number());
    assertThat(label("bob", batch, mine.number(), "1").label()).contains("1");
    assertThatThrownBy(() -> label("eve", batch, mine.number(), "2"))
        .isInstanceOf(ItemHeldByAnother.class);
    assertThat(label("bob", batch, mine.number(), "2").label()).contains("2");
  }

  @Test
  void givesAnItemAwayWhenItsLeaseHasEnded() throws Exception {
    var batch = batchOf(1);
    lease("bob", batch);
    db.sql(
            "update datasets.item set lease_until = now() - interval '1 second' where project = :project")
        .param("project", team.project().text())
        .update();
    assertThat(annotation.items(team.project(), batch.digest()).getFirst().holder()).isEmpty();
    assertThat(lease("eve", batch)).isPresent();
    assertThatThrownBy(() -> label("bob", batch, 1, "1")).isInstanceOf(ItemHeldByAnother.class);
    assertThat(label("eve", batch, 1, "2").holder()).contains("eve");
  }

  @Test
  void leasesNoItemTwiceUnderContention() throws Exception {
    var batch = batchOf(8);
    try (var annotators = Executors.newFixedThreadPool(8)) {
      var leases =
          annotators.invokeAll(
              IntStream.range(0, 8)
                  .<Callable<Optional<Item>>>mapToObj(i -> () -> lease("annotator" + i, batch))
                  .toList());
      assertThat(leases.stream().flatMap(lease -> lease.resultNow().stream()).map(Item::number))
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void refusesLabelsThatDoNotExist() throws Exception {
    var batch = batchOf(1);
    assertThatThrownBy(() -> label("bob", batch, 1, "7"))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("label '7' is no class of this batch (expected: one of 0, 1, 2)");
    assertThatThrownBy(() -> label("bob", batch, 99, "1")).isInstanceOf(NoSuchThing.class);
    assertThatThrownBy(() -> annotation.batch(Name.of("elsewhere"), batch.digest()))
        .isInstanceOf(NoSuchThing.class);
    assertThatThrownBy(() -> commit(batch)).isInstanceOf(BatchNotLabelled.class);
  }

  @Test
  void commitsLabelsAsANewVersionThatStockClientsCanPull() throws Exception {
    var first = datasets.head(team.project(), DIGITS);
    var batch = batchOf(3);
    label("bob", batch, 1, "1");
    label("bob", batch, 2, "2");
    as(
        "bob",
        () -> annotation.label(team.project(), batch.digest(), 3, new Answer(Optional.empty())));
    var version = commit(batch);

    assertThat(version.number()).isEqualTo(2);
    assertThat(version.parent()).contains(first.digest());
    assertThat(version.added()).isEqualTo(2);
    assertThat(version.author()).isEqualTo("bob");
    var added = datasets.diff(team.project(), DIGITS, first.digest(), version.digest()).added();
    assertThat(added).extracting(sample -> sample.slice().orElse("")).containsOnly("production");
    assertThat(added).extracting(sample -> sample.split()).containsOnly("train");
    var item = annotation.items(team.project(), batch.digest()).getFirst();
    assertThat(added)
        .anySatisfy(sample -> {
          assertThat(sample.path())
              .isEqualTo(
                  "images/train/frame-%s.png".formatted(item.image().hex().substring(0, 12)));
          assertThat(sample.label()).isEqualTo("1");
        });
    assertThat(commit(batch)).isEqualTo(version);
    assertThat(annotation.batch(team.project(), batch.digest()).version())
        .contains(version.digest());
    assertThatThrownBy(() -> label("bob", batch, 1, "2")).isInstanceOf(BatchClosed.class);

    team.pull();
    var dvc =
        Files.readString(
            team.git().getRepository().getWorkTree().toPath().resolve("data/digits.dvc"));
    assertThat(dvc)
        .contains(
            "md5: " + version.dvc(),
            "nfiles: 9",
            "batch: " + batch.digest(),
            "model: reader",
            "frames: 2");
    assertThat(team.dvc("GET", version.dvc(), new byte[0]).statusCode()).isEqualTo(200);
    for (var sample : Manifest.read(objects, version.digest()).samples()) {
      assertThat(team.dvc("GET", sample.md5(), new byte[0]).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void drawsTheArrowsFromTheVariantToTheVersion() throws Exception {
    var batch = batchOf(1);
    label("bob", batch, 1, "1");
    var version = commit(batch);
    assertThat(events.of(LineageLinked.class))
        .filteredOn(link -> link.project().equals(team.project()))
        .extracting(link -> link.from().kind(), link -> link.to().kind())
        .contains(
            tuple(Kind.VARIANT, Kind.FRAME),
            tuple(Kind.FRAME, Kind.BATCH),
            tuple(Kind.BATCH, Kind.DATASET_VERSION),
            tuple(Kind.DATASET_VERSION, Kind.DATASET_VERSION));
    assertThat(events.of(DatasetCommitted.class))
        .filteredOn(event ->
            event.project().equals(team.project()) && event.version().equals(version.digest()))
        .singleElement()
        .satisfies(event -> assertThat(event.batch()).contains(batch.digest()));
  }

  @Test
  void doesNotChooseAgainWhatIsLabelled() throws Exception {
    var batch = batchOf(2);
    label("bob", batch, 1, "1");
    assertThat(select(10).items()).isEqualTo(1);
    label("bob", batch, 2, "1");
    assertThatThrownBy(() -> select(10))
        .isInstanceOf(NoSuchThing.class)
        .hasMessageContaining("frame without a label");
  }

  @Test
  void addsNoImageThatCameByAPushMeanwhile() throws Exception {
    var batch = batchOf(2);
    label("bob", batch, 1, "1");
    var known = annotation.items(team.project(), batch.digest()).getFirst().image();
    team.image("images/same.png", objects.bytes(known, 1 << 20), "1", "test")
        .prepared("the same image")
        .push();
    assertThatThrownBy(() -> commit(batch))
        .isInstanceOf(NothingNewInBatch.class)
        .hasMessageContaining("all 1 labelled images");
    label("bob", batch, 2, "2");
    assertThat(commit(batch).added()).isEqualTo(1);
  }

  @Test
  void neitherAPushNorTheLabelsAreLostWhenBothCome() throws Exception {
    var batch = batchOf(4);
    for (int i = 1; i <= 4; i++) {
      label("bob", batch, i, "1");
    }
    team.image("images/mine.png", TestImages.png(400), "2", "train").prepared("mine");
    try (var both = Executors.newFixedThreadPool(2)) {
      Callable<Object> push = team::push;
      Callable<Object> labels = () -> commit(batch);
      var results = both.invokeAll(List.of(push, labels));
      assertThat(results.get(1).resultNow()).isInstanceOf(DatasetVersion.class);
      var pushed = (Team.Pushed) results.get(0).resultNow();
      var head = Manifest.read(objects, datasets.head(team.project(), DIGITS).digest());
      assertThat(head.samples()).hasSize(pushed.accepted() ? 11 : 10);
      assertThat(head.samples()).filteredOn(sample -> sample.path().contains("/frame-")).hasSize(4);
    }
  }

  private Batch batchOf(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      capture(TestImages.png(500 + i), 0.40 + i / 100.0, 0.39);
    }
    return select(count);
  }

  private Batch select(int budget) {
    return annotation.select(team.project(), new Selection(DIGITS, READER, budget));
  }

  private Optional<Item> lease(String who, Batch batch) throws Exception {
    return as(who, () -> annotation.lease(team.project(), batch.digest()));
  }

  private Item label(String who, Batch batch, int number, String label) throws Exception {
    return as(
        who,
        () ->
            annotation.label(
                team.project(), batch.digest(), number, new Answer(Optional.of(label))));
  }

  private DatasetVersion commit(Batch batch) throws Exception {
    return as("bob", () -> annotation.commit(team.project(), batch.digest()));
  }

  private static Digest digest(int seed) {
    return Digest.sha256(TestImages.png(seed));
  }

  private void capture(byte[] image, double first, double second) throws Exception {
    var frame =
        new Frame(
            objects.put(image),
            READER,
            VARIANT,
            "stable",
            "0",
            first,
            first - second,
            List.of(first, second, 1 - first - second),
            "unsure",
            Instant.now());
    frames.capture(team.project(), List.of(frame));
  }
}
