package dev.fovea.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Datasets that queries choose. */
class SubsetTest {
  private static final String SMALL = "select path from labels where class = 'car' and area < 900";

  @TempDir Path folder;

  @Test
  void ofCocoKeepsIdsAndCategories() throws IOException {
    var cars = Cars.inCoco(folder.resolve("work"));

    var written = cars.subset(new DatasetQuery(cars.copy, cars.dataset()), SMALL, "small");

    assertThat(written.images()).isEqualTo(1);
    assertThat(written.losses()).isEmpty();
    assertThat(cars.files("small").keySet())
        .containsExactly("annotations/instances_train.json", "images/a.png");
    assertThat(cars.files("small").get("annotations/instances_train.json"))
        .contains("{\"id\":70,\"file_name\":\"images/a.png\",\"width\":100,\"height\":50}")
        .contains(
            "\"id\":11,\"image_id\":70,\"category_id\":3",
            "\"id\":12,\"image_id\":70,\"category_id\":9")
        .contains("{\"id\":3,\"name\":\"car\",\"supercategory\":\"vehicle\"}", "\"colour\":\"red\"")
        .doesNotContain("images/b.png");
    assertThat(cars.ask("select path from images").rows()).hasSize(4);
  }

  @Test
  void saysWhereItIsFrom() throws IOException {
    var cars = Cars.inCoco(folder.resolve("work"));
    var from = cars.dataset().held().name();

    var written = cars.subset("  " + SMALL + "\n  and not crowd;\n", "small");

    assertThat(Files.readString(cars.root.resolve("small.dvc")))
        .contains(
            """
            meta:
              fovea:
                query: |-
                  select path from labels where class = 'car' and area < 900
                    and not crowd
                from:
                  path: data
                  md5: %s
            """
                .formatted(from));
    assertThat(cars.copy.tracked(cars.root.resolve("small")).file().content().toString())
        .contains("area < 900\n  and not crowd", from);
    assertThat(cars.copy.tracked())
        .filteredOn(Subset::is)
        .extracting("path")
        .containsExactly("small");
    assertThat(cars.dataset("small").held().name()).isEqualTo(written.added().tracked().name());
  }

  @Test
  void isTheSameWhoeverMakesIt() throws IOException {
    var one = Cars.inCoco(folder.resolve("one"));
    var other = Cars.inCoco(folder.resolve("other"));
    // Other tables than those that only this query needs, and another order of the same rows.
    other.ask("select * from images");

    var first = one.subset(SMALL, "small");
    var second =
        other.subset(
            "select * from labels where class = 'car' and area < 900 order by md5", "small");

    assertThat(second.added().tracked().name()).isEqualTo(first.added().tracked().name());
  }

  @Test
  void ofCsvHasTheRowsOfItsImages() throws IOException {
    var cars = new Cars(folder.resolve("work"));
    cars.write(
        "data/labels.csv",
        "path,label,split,slice\n"
            + "images/a.png,3,train,\n"
            + "images/b.png,4,val,night\n"
            + "images/b.png,9,val,night\n");
    cars.image("data/images/a.png", 10, 10);
    cars.image("data/images/b.png", 20, 10);
    cars.add();

    cars.subset(
        "select path from images where label = '4' and width = 20 and slice = 'night'", "four");

    assertThat(cars.files("four").get("labels.csv"))
        .isEqualToIgnoringNewLines(
            "path,label,split,slice\nimages/b.png,4,val,night\nimages/b.png,9,val,night\n");
    assertThat(cars.files("four").keySet()).containsExactly("images/b.png", "labels.csv");
  }

  @Test
  void ofYoloHasItsFiles() throws IOException {
    var cars = new Cars(folder.resolve("work"));
    cars.write("data/data.yaml", "train: images/train\nnames: [car, person]\ntask: detect\n");
    cars.image("data/images/train/a.png", 100, 50);
    cars.image("data/images/train/b.png", 10, 10);
    cars.write("data/labels/train/a.txt", "1 0.5 0.5 0.1 0.2\n");
    cars.write("data/labels/train/b.txt", "0 0.5 0.5 0.1 0.2\n");
    cars.add();

    cars.subset(
        "select path from labels where class = 'person' and width = 10 and x1 = 45", "people");

    assertThat(cars.files("people"))
        .containsEntry("labels/train/a.txt", "1 0.5 0.5 0.1 0.2\n")
        .containsEntry("train.txt", "./images/train/a.png\n")
        .containsOnlyKeys("data.yaml", "images/train/a.png", "labels/train/a.txt", "train.txt");
  }

  @Test
  void ofAFolderOfClassesKeepsItsPaths() throws IOException {
    var cars = new Cars(folder.resolve("work"));
    cars.image("data/train/cat/a.png", 10, 10);
    cars.image("data/train/dog/b.png", 20, 10);
    cars.image("data/val/cat/c.png", 30, 10);
    cars.add();

    cars.subset("select path from images where label = 'cat'", "cats");

    assertThat(cars.files("cats").keySet()).containsExactly("train/cat/a.png", "val/cat/c.png");
  }

  @Test
  void isNotMadeOfWhatIsNotThere() throws IOException {
    var cars = Cars.inCoco(folder.resolve("work"));

    assertThatThrownBy(() -> cars.subset("select path from images where split = 'train'", "x"))
        .hasMessageContaining("1 of 3 paths are no files of data: images/lost.png");
    assertThatThrownBy(() -> cars.subset("select path from images where false", "x"))
        .hasMessageContaining("the query chooses no image");
    assertThatThrownBy(() -> cars.subset("select null as path", "x"))
        .hasMessageContaining("the column path has the value null");
    assertThatThrownBy(() -> cars.subset("select path from images using sample 2", "x"))
        .hasMessageContaining("a sample is another each time");
    assertThat(cars.root.resolve("x")).doesNotExist();
    assertThat(cars.root.resolve("x.dvc")).doesNotExist();
  }

  @Test
  void ofSeveralFormatsWantsToKnowWhich() throws IOException {
    var cars = Cars.inCoco(folder.resolve("work"));
    cars.write("data/labels.csv", "path,label,split\n");

    assertThatThrownBy(cars::dataset)
        .hasMessageContaining("several formats: coco, csv")
        .isInstanceOfSatisfying(
            QueryProblem.class, problem -> assertThat(problem.remedy()).contains("--format"));
  }
}
