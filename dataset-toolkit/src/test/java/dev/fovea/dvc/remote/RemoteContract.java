package dev.fovea.dvc.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.Naming;
import dev.fovea.dvc.remote.Remote.Upload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every remote does. */
abstract class RemoteContract {
  private final Random random = new Random(5);
  @TempDir Path files;

  /** An empty one. */
  protected abstract Remote remote() throws Exception;

  private Upload upload(int length, String suffix) throws IOException {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    var name = Md5.hex(bytes) + suffix;
    var file = Files.write(files.resolve(name), bytes);
    return new Upload(name, file, length);
  }

  @Test
  void givesBackWhatWasSent() throws Exception {
    try (var remote = remote()) {
      for (var upload :
          List.of(upload(0, ""), upload(1, ""), upload(100_000, ".dir"), upload(6 << 20, ""))) {
        assertThat(remote.has(upload.name())).isFalse();
        assertThat(remote.open(upload.name())).isEmpty();
        remote.put(upload);
        remote.put(upload);
        assertThat(remote.has(upload.name())).isTrue();
        try (var in = remote.open(upload.name()).orElseThrow()) {
          assertThat(in.readAllBytes()).isEqualTo(Files.readAllBytes(upload.file()));
        }
      }
    }
  }

  /** DVC 3 and DVC 2 may have other bytes under one name. */
  @Test
  void keepsApartWhatDvcTwoNamed() throws Exception {
    try (var remote = remote()) {
      var usual = upload(10, "");
      var other = new Upload(usual.name(), upload(20, "").file(), 20);
      var legacy = remote.named(Naming.DOS_TO_UNIX);
      legacy.put(other);
      assertThat(remote.has(usual.name())).isFalse();
      assertThat(legacy.has(usual.name())).isTrue();
      remote.put(usual);
      for (var upload : List.of(usual, other)) {
        var from = upload == usual ? remote : legacy;
        try (var in = from.open(upload.name()).orElseThrow()) {
          assertThat(in.readAllBytes()).isEqualTo(Files.readAllBytes(upload.file()));
        }
        if (from.lists()) {
          var listed = new ArrayList<Remote.Listed>();
          from.list(upload.name().substring(0, 2), listed::add);
          assertThat(listed)
              .singleElement()
              .satisfies(each -> {
                assertThat(each.name()).isEqualTo(upload.name());
                assertThat(each.bytes()).isEqualTo(upload.bytes());
              });
        }
      }
    }
  }

  @Test
  void takesManyAtOnceAndTellsOfEach() throws Exception {
    try (var remote = remote()) {
      var uploads = new ArrayList<Upload>();
      for (int i = 0; i < 50; i++) {
        uploads.add(upload(random.nextInt(3_000), ""));
      }
      Set<Upload> sent = new HashSet<>();
      remote.putAll(uploads, sent::add);

      assertThat(sent).hasSize(50);
      for (var upload : uploads) {
        try (var in = remote.open(upload.name()).orElseThrow()) {
          assertThat(in.readAllBytes()).isEqualTo(Files.readAllBytes(upload.file()));
        }
      }
    }
  }

  @Test
  void keepsAllOfSeveralSendingsThatBeginAtOnce() throws Exception {
    try (var remote = remote();
        var senders = Executors.newVirtualThreadPerTaskExecutor()) {
      var uploads = new ArrayList<Upload>();
      var sendings = new ArrayList<Future<?>>();
      for (int i = 0; i < 8; i++) {
        var some = new ArrayList<Upload>();
        for (int j = 0; j < 20; j++) {
          some.add(upload(1_000 + 40_000 * i + j, "")); // the later, the longer on its way
        }
        uploads.addAll(some);
        sendings.add(
            senders.submit(() -> {
              remote.putAll(some, _ -> {});
              return true;
            }));
      }
      for (var sending : sendings) {
        sending.get();
      }

      for (var each : uploads) {
        assertThat(remote.has(each.name())).as(each.name()).isTrue();
      }
    }
  }

  @Test
  void listsByTheBeginningOfNames() throws Exception {
    try (var remote = remote()) {
      if (!remote.lists()) {
        return;
      }
      var uploads = new ArrayList<Upload>();
      for (int i = 0; i < 40; i++) {
        uploads.add(upload(1 + i, i % 2 == 0 ? "" : ".dir"));
        remote.put(uploads.getLast());
      }
      for (var length : List.of(2, 3)) {
        var prefix = uploads.getFirst().name().substring(0, length);
        var listed = new ArrayList<Remote.Listed>();
        remote.list(prefix, listed::add);
        assertThat(listed.stream().map(Remote.Listed::name))
            .containsExactlyInAnyOrderElementsOf(
                uploads.stream()
                    .map(Upload::name)
                    .filter(name -> name.startsWith(prefix))
                    .toList());
        assertThat(listed).allSatisfy(each -> assertThat(each.bytes()).isPositive());
      }
      remote.list("zz".replace('z', '0'), _ -> {});
    }
  }

  @Test
  void removesAndDoesNotMindWhatIsGone() throws Exception {
    try (var remote = remote()) {
      if (!remote.lists()) {
        return;
      }
      var kept = upload(10, "");
      var gone = upload(11, "");
      remote.put(kept);
      remote.put(gone);
      remote.remove(List.of(gone.name(), upload(12, "").name()));
      remote.remove(List.of(gone.name()));

      assertThat(remote.has(gone.name())).isFalse();
      assertThat(remote.has(kept.name())).isTrue();
    }
  }

  @Test
  void keepsMarkersApartFromObjects() throws Exception {
    try (var remote = remote()) {
      if (!remote.lists()) {
        return;
      }
      remote.mark("gc-1", "one");
      remote.mark("push-2", "two");
      remote.mark("gc-1", "again");
      assertThat(remote.markers())
          .containsExactlyInAnyOrder(
              new Remote.Marker("gc-1", "again"), new Remote.Marker("push-2", "two"));
      remote.unmark("gc-1");
      remote.unmark("gc-1");
      assertThat(remote.markers()).containsExactly(new Remote.Marker("push-2", "two"));
    }
  }
}
