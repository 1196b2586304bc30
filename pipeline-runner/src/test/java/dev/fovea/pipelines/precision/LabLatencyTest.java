package dev.fovea.pipelines.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.lab.Device;
import dev.fovea.lab.Lab;
import dev.fovea.lab.Profile;
import dev.fovea.lab.ProfileJob;
import dev.fovea.onnx.quantize.search.LatencyProbe.Latency;
import dev.fovea.store.memory.MemoryObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabLatencyTest {
  private static final Name LABEL = Name.of("jetson");
  private static final Name DEVICE = Name.of("jetson-2");

  @TempDir private Path folder;
  private final Bench lab = new Bench();
  private Path one;
  private Path other;

  @BeforeEach
  void write() throws IOException {
    one = Files.write(folder.resolve("one.onnx"), new byte[] {1});
    other = Files.write(folder.resolve("other.onnx"), new byte[] {2});
  }

  @Test
  void waitsForTheDeviceAndTakesItsMedian() throws IOException {
    lab.looks = 3;
    var latency = probe(Duration.ofMinutes(1));

    assertThat(latency.measure(one)).isEqualTo(new Latency(4, 3, 5, 200));

    assertThat(lab.requests)
        .containsExactly(
            new Lab.ProfileRequest(
                Name.of("p"),
                LABEL,
                Digest.sha256(new byte[] {1}),
                List.of(1L, 3L, 8L, 8L),
                20,
                200));
    assertThat(latency.first().orElseThrow().device()).isEqualTo(DEVICE);
    assertThat(latency.gone()).isEmpty();
  }

  /** Times of two devices cannot be compared, though both have the label. */
  @Test
  void staysOnTheDeviceThatTimedTheFirst() throws IOException {
    var latency = probe(Duration.ofMinutes(1));
    latency.measure(one);
    latency.measure(other);
    assertThat(lab.requests).extracting(Lab.ProfileRequest::device).containsExactly(LABEL, DEVICE);
  }

  @Test
  void saysWhyADeviceCouldNotRunAModelAndGoesOnWithTheOthers() throws IOException {
    lab.failure = Optional.of("no kernel for Gelu");
    var latency = probe(Duration.ofMinutes(1));
    assertThatThrownBy(() -> latency.measure(one))
        .isInstanceOf(NotTimed.class)
        .hasMessage("search: no time on device jetson: no kernel for Gelu");
    lab.failure = Optional.empty();
    assertThat(latency.measure(other).p50()).isEqualTo(4);
    assertThat(latency.gone()).isEmpty();
  }

  @Test
  void waitsNoLongerThanItIsToldAndAsksASilentDeviceNoMore() {
    lab.looks = Integer.MAX_VALUE;
    var latency = probe(Duration.ofMillis(30));
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> latency.measure(one))
          .isInstanceOf(NotTimed.class)
          .hasMessageContaining("no result within 0 s, 7 jobs are ahead");
    }
    assertThat(lab.requests).hasSize(1);
    assertThat(latency.gone()).isPresent();
    assertThat(latency.first()).isEmpty();
  }

  @Test
  void knowsNoOtherTimeWhereThereIsNoSuchDevice() throws IOException {
    lab.there = false;
    var latency = probe(Duration.ofMinutes(1));
    assertThatThrownBy(() -> latency.measure(one))
        .isInstanceOf(NoSuchThing.class)
        .hasMessageContaining("there is no device 'jetson' here");

    lab.there = true;
    latency.measure(one);
    lab.there = false;
    assertThatThrownBy(() -> latency.measure(other))
        .isInstanceOf(NotTimed.class)
        .hasMessageContaining("no time on device jetson-2: there is no device 'jetson-2' here");
    assertThat(latency.gone()).isPresent();
  }

  private LabLatency probe(Duration most) {
    return new LabLatency(
        lab,
        new MemoryObjectStore(),
        new LabLatency.Subject(Name.of("p"), LABEL, List.of(1L, 3L, 8L, 8L)),
        new LabLatency.Waiting(Duration.ofMillis(1), most));
  }

  /** A lab with two devices of one label, of which the second has time. */
  private static final class Bench implements Lab {
    private final List<ProfileRequest> requests = new ArrayList<>();
    private final Map<Digest, ProfileRequest> asked = new HashMap<>();
    private int looks = 1;
    private boolean there = true;
    private Optional<String> failure = Optional.empty();

    @Override
    public List<Device> devices() {
      return List.of();
    }

    @Override
    public Device device(Name name) {
      throw new NoSuchThing("device", name.text(), "look at the lab");
    }

    @Override
    public List<Profile> profiles(Name name) {
      return List.of();
    }

    @Override
    public ProfileJob request(ProfileRequest request) {
      if (!there) {
        throw new NoSuchThing("device", request.device().text(), "look at the lab");
      }
      requests.add(request);
      var id = Digest.sha256(request.toString().getBytes(StandardCharsets.UTF_8));
      asked.put(id, request);
      return new ProfileJob(
          id, request.device(), ProfileJob.State.WAITING, 7, Optional.empty(), Optional.empty());
    }

    @Override
    public ProfileJob job(Digest id) {
      var request = asked.get(id);
      if (failure.isPresent()) {
        return new ProfileJob(id, DEVICE, ProfileJob.State.FAILED, 0, Optional.empty(), failure);
      }
      return --looks > 0
          ? new ProfileJob(
              id, DEVICE, ProfileJob.State.RUNNING, 7, Optional.empty(), Optional.empty())
          : new ProfileJob(
              id,
              DEVICE,
              ProfileJob.State.DONE,
              0,
              Optional.of(profile(request)),
              Optional.empty());
    }

    private static Profile profile(ProfileRequest request) {
      var p50 = new Profile.Interval(4, 3, 5);
      var p99 = new Profile.Interval(9, 8, Double.POSITIVE_INFINITY);
      return new Profile(
          Digest.sha256(new byte[0]),
          DEVICE,
          request.model(),
          new Profile.Latencies(p50, p99, p99),
          request.warmUp(),
          request.samples(),
          250,
          new ByteSize(1 << 20),
          List.of(4.0),
          true,
          Map.of("processor", "a"),
          Instant.EPOCH,
          Optional.empty());
    }
  }
}
