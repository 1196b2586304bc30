package dev.fovea.datasets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.datasets.LabelledObject.Kind;
import dev.fovea.kernel.Digest;
import dev.fovea.labels.Coordinates;
import dev.fovea.store.NoSuchObject;
import dev.fovea.store.memory.MemoryObjectStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ManifestTest {
  private static final LabelledObject CAR =
      new LabelledObject(
          "car",
          Kind.POLYGON,
          1.5,
          2,
          30,
          40,
          List.of(Coordinates.of(1.5, 2, 30, 2, 30, 40)),
          541.5,
          "0123456789abcdef");

  private final MemoryObjectStore objects = new MemoryObjectStore();

  /** Both were recorded before samples had objects. */
  @Test
  void keepsTheDigestAndTheTextOfAVersionWithoutObjects() throws Exception {
    var manifest =
        new Manifest(
            List.of("0", "1"),
            List.of(
                sample("images/b.png", "b", "92eb5ffee6ae2fec3ad71c777531578f", 420, "1", "test"),
                sample("images/a.png", "a", "0cc175b9c0f1b6a831c399e269772661", 1, "0", "train")));
    var digest = manifest.write(objects);
    assertThat(digest)
        .hasToString("sha256:d48cb97c73dfdf1c9d62763d2a3db79f54e1288becf5fba42e9574089f3e255d");
    assertThat(new String(objects.bytes(digest, 1 << 20), UTF_8))
        .isEqualTo(
            """
            {"classes":["0","1"],"samples":[\
            {"path":"images/a.png","image":"sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",\
            "md5":"0cc175b9c0f1b6a831c399e269772661","bytes":1,"label":"0","split":"train","slice":null},\
            {"path":"images/b.png","image":"sha256:3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d",\
            "md5":"92eb5ffee6ae2fec3ad71c777531578f","bytes":420,"label":"1","split":"test","slice":"night"}]}\
            """);
    assertThat(Manifest.read(objects, digest)).isEqualTo(manifest);
    assertThat(manifest.holdsObjects()).isFalse();
  }

  @Test
  void readsTheObjectsThatItWrites() throws Exception {
    var manifest =
        new Manifest(List.of("car"), List.of(withObjects(CAR, box(5)), withObjects(), labelled()));
    assertThat(Manifest.read(objects, manifest.write(objects))).isEqualTo(manifest);
    assertThat(manifest.holdsObjects()).isTrue();
    assertThat(new Manifest(List.of("car"), List.of(withObjects())).holdsObjects()).isTrue();
    assertThat(new Manifest(List.of("car"), List.of(labelled())).holdsObjects()).isFalse();
  }

  @Test
  void doesNotDependOnTheOrderOfTheObjects() {
    assertThat(withObjects(CAR, box(5), box(0))).isEqualTo(withObjects(box(0), CAR, box(5)));
  }

  @Test
  void isNotReadWhereItIsNotThere() {
    assertThatThrownBy(() -> Manifest.read(objects, Digest.sha256(new byte[0])))
        .isInstanceOf(NoSuchObject.class);
  }

  @Test
  void findsWhatItSaysOfOneImage() throws Exception {
    var paths = List.of("a.png", "a/b.png", "a0.png", "ä.png", "z/z.png");
    var manifest =
        new Manifest(
            List.of("0"),
            paths.stream().map(path -> sample(path, path, "", 1, "0", "train")).toList());
    var digest = manifest.write(objects);
    for (var sample : manifest.samples()) {
      assertThat(Manifest.find(objects, digest, sample.path())).contains(sample);
    }
    for (var other : List.of("", "a", "a/", "a.png/", "b.png", "zz")) {
      assertThat(Manifest.find(objects, digest, other)).as(other).isEmpty();
    }
    var last = new Manifest(List.of("car"), List.of(labelled(), withObjects(CAR, box(5))));
    assertThat(Manifest.find(objects, last.write(objects), "o")).contains(withObjects(CAR, box(5)));
    var none = new Manifest(List.of(), List.of()).write(objects);
    assertThat(Manifest.find(objects, none, "o")).isEmpty();
  }

  @Test
  void saysThatSomethingElseIsNoManifest() throws Exception {
    for (var text : List.of("{}", "{\"classes\":[\"samples\"]}", "{\"samples\":7}", "[]")) {
      var digest = objects.put(text.getBytes(UTF_8));
      assertThatThrownBy(() -> Manifest.find(objects, digest, "o"))
          .as(text)
          .isInstanceOf(IOException.class)
          .hasMessage("a manifest without samples");
    }
  }

  private static LabelledObject box(double x) {
    return new LabelledObject("car", Kind.BOX, x, 0, x + 10, 10, List.of(), 100, "00");
  }

  private static Sample withObjects(LabelledObject... all) {
    var image = Digest.sha256("o".getBytes(UTF_8));
    return new Sample("o", image, "", 1, "", "train", Optional.empty(), List.of(all));
  }

  private static Sample labelled() {
    return sample("l", "l", "", 1, "car", "train");
  }

  private static Sample sample(
      String path, String content, String md5, long bytes, String label, String split) {
    return new Sample(
        path,
        Digest.sha256(content.getBytes(UTF_8)),
        md5,
        bytes,
        label,
        split,
        split.equals("test") ? Optional.of("night") : Optional.empty());
  }
}
