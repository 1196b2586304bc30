package dev.fovea.dvc.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.cache.ObjectIndex;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.directory.DvcDirectory.Entry;
import dev.fovea.dvc.remote.FlakyS3;
import dev.fovea.dvc.remote.S3Remote;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is asked for to know what a remote lacks. */
class PresenceTest {
  private FlakyS3 store;
  private S3Remote remote;

  @BeforeEach
  void open() throws IOException {
    store = new FlakyS3();
    remote = new S3Remote(store.address());
  }

  @AfterEach
  void close() throws IOException {
    remote.close();
    store.close();
  }

  private static String name(int i) {
    return Md5.hex(Integer.toString(i).getBytes(StandardCharsets.UTF_8));
  }

  private void has(int from, int to) {
    for (int i = from; i < to; i++) {
      var name = name(i);
      store.objects.put(
          "data/files/md5/%s/%s".formatted(name.substring(0, 2), name.substring(2)), new byte[1]);
    }
  }

  private List<Integer> lacking(int from, int to) throws IOException {
    var entries = IntStream.range(from, to).mapToObj(i -> new Entry(name(i), "f" + i)).toList();
    var objects = new ObjectIndex(new DvcDirectory(entries));
    return new Presence(remote)
        .lacking(objects, objects.all()).stream()
            .mapToObj(i -> Integer.parseInt(objects.path(i).substring(1)))
            .sorted()
            .toList();
  }

  @Test
  void asksForFewOneByOne() throws IOException {
    has(0, 10);
    assertThat(lacking(5, 15)).containsExactly(10, 11, 12, 13, 14);
    assertThat(store.asked("HEAD")).isEqualTo(10);
    assertThat(store.asked("GET")).isEqualTo(0);
  }

  @Test
  void listsWhereThatTakesFewerRequests() throws IOException {
    has(0, 500);
    assertThat(lacking(0, 600)).hasSize(100).startsWith(500).endsWith(599);
    assertThat(store.asked("HEAD")).isEqualTo(0);
    assertThat(store.asked("GET")).isEqualTo(1 + Presence.PREFIXES.size());
  }

  @Test
  void asksForSomeAmongManyOneByOne() throws IOException {
    // Some 25 to a prefix: 256 lists of them cost as much as 768 questions.
    has(0, 6_500);
    assertThat(lacking(6_400, 6_900)).hasSize(400);
    assertThat(store.asked("HEAD")).isEqualTo(500);
    assertThat(store.asked("GET")).isEqualTo(1);
  }
}
