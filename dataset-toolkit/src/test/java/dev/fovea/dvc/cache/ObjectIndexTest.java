package dev.fovea.dvc.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.directory.DvcDirectory.Entry;
import dev.fovea.dvc.disk.FileStats;
import dev.fovea.dvc.disk.Snapshot;
import dev.fovea.dvc.transfer.Batches;
import dev.fovea.dvc.tree.Comparison;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Objects, sets of them and batches, against plain collections. */
class ObjectIndexTest {
  private final Random random = new Random(23);

  private DvcDirectory folder(int files, int contents) {
    return new DvcDirectory(
        IntStream.range(0, files)
            .mapToObj(i -> new Entry(md5(random.nextInt(contents)), "%05d.jpg".formatted(i)))
            .toList());
  }

  private static String md5(int content) {
    return Md5.hex(new byte[] {(byte) content, (byte) (content >> 8)});
  }

  @Test
  void knowsEachObjectByItsFirstFile() {
    for (int files : new int[] {0, 1, 2, 3, 1000}) {
      var folder = folder(files, 400);
      var first = new HashMap<String, String>();
      folder.entries().forEach(entry -> first.putIfAbsent(entry.md5(), entry.path()));
      var index = new ObjectIndex(folder);

      assertThat(index.all().cardinality()).isEqualTo(first.size());
      index.all().stream()
          .forEach(object -> {
            assertThat(index.path(object)).isEqualTo(first.get(index.name(object)));
            assertThat(index.find(index.name(object))).isEqualTo(object);
          });
      assertThat(index.find(md5(1 << 12))).isEqualTo(-1);
      assertThat(index.find(md5(1) + ".dir")).isEqualTo(-1);
    }
  }

  @Test
  void takesOutWhatAnotherFolderHas() {
    var folder = folder(500, 600);
    var other = folder(500, 600);
    var expected = new HashSet<>(folder.entries().stream().map(Entry::md5).toList());
    other.entries().forEach(entry -> expected.remove(entry.md5()));
    var index = new ObjectIndex(folder);
    var left = index.all();
    index.remove(other, left);

    assertThat(left.stream().mapToObj(index::name))
        .containsExactlyInAnyOrderElementsOf(expected)
        .isNotEmpty();
  }

  @Test
  void saysWhatAFolderHasBesideWhatItShould() {
    var now = new DvcDirectory(List.of(file(1, "a"), file(2, "b"), file(3, "c"), file(4, "e")));
    var wanted = new DvcDirectory(List.of(file(1, "a"), file(9, "b"), file(5, "d"), file(6, "f")));
    var stats = new long[4];
    var found =
        Comparison.of(
            Snapshot.of(new FileStats(now.paths(), stats, stats, stats), now.md5s()), wanted);

    assertThat(found.changed().stream()).containsExactly(1);
    assertThat(found.surplus().stream()).containsExactly(2, 3);
    assertThat(found.replaced().stream()).containsExactly(1, 2, 3);
    assertThat(found.open().stream()).containsExactly(1, 2, 3);
  }

  private static Entry file(int content, String path) {
    return new Entry(md5(content), path);
  }

  @Test
  void sendsEachOnceAndTheLargeAlone() {
    for (int turn = 0; turn < 50; turn++) {
      var sizes = random.longs(random.nextInt(3000), 0, 40_000).toArray();
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = random.nextInt(50) == 0 ? Batches.SMALL + 1L + i : sizes[i];
      }
      int together = 1 + random.nextInt(1000);
      var seen = new ArrayList<Integer>();
      for (var batch : Batches.of(sizes, together)) {
        var part = Arrays.copyOfRange(sizes, batch.from(), batch.to());
        assertThat(part).isNotEmpty();
        assertThat(part.length).isLessThanOrEqualTo(together);
        assertThat(Arrays.stream(part).sum()).isLessThanOrEqualTo(Batches.MOST_BYTES);
        assertThat(part.length == 1 || Arrays.stream(part).allMatch(each -> each <= Batches.SMALL))
            .isTrue();
        IntStream.range(batch.from(), batch.to()).forEach(seen::add);
      }
      assertThat(seen).isEqualTo(IntStream.range(0, sizes.length).boxed().toList());
    }
  }
}
