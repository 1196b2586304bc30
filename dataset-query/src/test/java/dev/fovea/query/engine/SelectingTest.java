package dev.fovea.query.engine;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.query.Cars;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the tables hold, and how a query is answered or refused. */
class SelectingTest {
  private static Session session;

  @BeforeAll
  static void load(@TempDir Path folder) throws Exception {
    session = new Session(Cars.inCoco(folder.resolve("work")).dataset(), folder);
  }

  @Test
  void imagesAreThoseOfTheLabelsAndThoseOfTheFolder() throws Exception {
    assertThat(
            session.rows(
                "select path, split, slice, label, width, height, bytes > 50, length(md5) from images order by path"))
        .containsExactly(
            asList("images/a.png", "train", null, null, 100, 50, true, 32),
            asList("images/b.png", "train", null, null, 80, 60, true, 32),
            asList("images/c.png", null, null, null, 20, 30, true, 32),
            asList("images/lost.png", "train", null, null, 10, 10, null, null));
  }

  @Test
  void objectsAreInTheirImagesOrder() throws Exception {
    assertThat(
            session.rows(
                """
                select path, object, label, kind, x1, y1, x2, y2, width, height, area, occluded, truncated, crowd,
                  attributes->>'$.colour'
                from objects order by path, object
                """))
        .containsExactly(
            asList(
                "images/a.png",
                0,
                "car",
                "box",
                10.0,
                20.0,
                50.0,
                30.0,
                40.0,
                10.0,
                400.0,
                true,
                false,
                false,
                "red"),
            asList(
                "images/a.png",
                1,
                "person",
                "polygon",
                0.0,
                0.0,
                10.0,
                10.0,
                10.0,
                10.0,
                50.0,
                false,
                false,
                false,
                null),
            asList(
                "images/b.png",
                0,
                "car",
                "box",
                0.0,
                0.0,
                50.0,
                40.0,
                50.0,
                40.0,
                2000.0,
                false,
                false,
                true,
                null));
  }

  @Test
  void labelsJoinBoth() throws Exception {
    assertThat(
            session.rows("select path, image_width from labels where class = 'car' and area < 900"))
        .containsExactly(asList("images/a.png", 100));
  }

  @Test
  void numbersAndTextsComeAsTheyAre() throws Exception {
    assertThat(
            session.rows(
                "select 1::bigint, 'nan'::double, 1.50::decimal(4,2), true, null, [1, 2], date '2026-11-27', 'ü\n😀'"))
        .containsExactly(asList(1, "NaN", 1.50, true, null, "[1, 2]", "2026-11-27", "ü\n😀"));
  }

  @Test
  void saysThatThereAreMoreRows() throws Exception {
    var said = session.answer("select path from images order by path", List.of(), false, 2);

    assertThat(said)
        .containsExactly(
            List.of("columns", "path"),
            List.of("row", "images/a.png"),
            List.of("row", "images/b.png"),
            List.of("end", true));
    assertThat(session.answer("select 1 as one limit 1", List.of(), false, 1))
        .contains(List.of("end", false));
  }

  @Test
  void columnsOfOneNameAreToldApart() throws Exception {
    var columns = session.answer("select path, path from images", List.of(), false, 1).getFirst();

    assertThat(columns).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void keepsTheQuerysOrder() throws Exception {
    assertThat(session.rows("select path from images order by path desc limit 2 -- the last"))
        .containsExactly(List.of("images/lost.png"), List.of("images/c.png"));
  }

  @Nested
  class Mistakes {
    @Test
    void nameTheirPlaceAndWhatThereIs() {
      assertThatThrownBy(() -> session.rows("select path,\n pth from images"))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> {
                assertThat(refusal.what()).contains("pth");
                assertThat(refusal.at()).isEqualTo(14);
                assertThat(refusal.remedy())
                    .contains("images(path, split, slice, label, width, height, bytes, md5)")
                    .contains("labels(path")
                    .contains("objects(path");
              });
      assertThatThrownBy(() -> session.rows("select path from pictures"))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> {
                assertThat(refusal.what()).contains("pictures");
                assertThat(refusal.at()).isEqualTo(17);
                assertThat(refusal.remedy()).contains("images(path");
              });
    }

    @Test
    void ofSyntaxNameTheirPlace() {
      assertThatThrownBy(() -> session.rows("select path form images whre 1"))
          .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.at()).isEqualTo(17));
    }

    @Test
    void thatOnlyShowInARowAreToldToo() {
      assertThatThrownBy(() -> session.rows("select path::integer from images"))
          .isInstanceOfSatisfying(
              Refusal.class, refusal -> assertThat(refusal.what()).contains("images/a.png"));
    }

    @Test
    void oneValueIsNotWithoutEnd() {
      assertThatThrownBy(() -> session.rows("select repeat('x', 200000) as long"))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> assertThat(refusal.what()).contains("row 1, long: a text of 200000"));
    }

    @Test
    void moreMemoryThanThereIsEndsTheQueryAlone() throws Exception {
      assertThatThrownBy(() ->
              session.rows("select list(i || 'abcdefghijklmnopqrst') from range(5000000) t(i)"))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> {
                assertThat(refusal.what()).contains("64.0 MiB").doesNotContain("SET ");
                assertThat(refusal.remedy()).contains("--memory");
              });
      assertThat(session.rows("select 1")).hasSize(1);
    }
  }

  @Nested
  class Paths {
    @Test
    void comeSortedAndOnce() throws Exception {
      assertThat(
              session.answer(
                  "select path, class from labels order by area desc", List.of(), true, 9))
          .containsExactly(
              List.of("columns", "path"),
              List.of("row", "images/a.png"),
              List.of("row", "images/b.png"),
              List.of("end", false));
    }

    @Test
    void mustBeThere() {
      assertThatThrownBy(() -> session.answer("select md5, bytes from images", List.of(), true, 9))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal ->
                  assertThat(refusal.what()).contains("gives md5, bytes, and no column path"));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"random", "uuid", "now", "current_timestamp", "current_date", "nextval"})
    void areNotChosenByWhatChanges(String function) {
      assertThatThrownBy(
              () -> session.answer("select path from images", List.of("lower", function), true, 9))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining(function + " gives something else each time");
    }

    @Test
    void mayBeChosenByWhatStays() throws Exception {
      assertThat(
              session.answer(
                  "select path from images where lower(md5) < 'g' qualify count(*) over () > 0",
                  List.of("lower", "count"),
                  true,
                  9))
          .contains(List.of("row", "images/a.png"));
    }
  }
}
