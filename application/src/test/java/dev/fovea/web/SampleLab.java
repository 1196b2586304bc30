package dev.fovea.web;

import static dev.fovea.web.Samples.digest;
import static dev.fovea.web.Samples.minutesAgo;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.lab.Device;
import dev.fovea.lab.Lab;
import dev.fovea.lab.Profile;
import dev.fovea.lab.Profile.Interval;
import dev.fovea.lab.ProfileJob;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Three devices; can be told not to answer. */
final class SampleLab implements Lab {
  /** When set, every question ends in this problem. */
  Optional<RuntimeException> silence = Optional.empty();

  @Override
  public List<Device> devices() {
    silence.ifPresent(problem -> {
      throw problem;
    });
    return List.of(
        new Device(
            Name.of("gpu-l4-01"),
            "gpu",
            Device.State.LEASED,
            facts("AMD EPYC 9354, 1 × L4"),
            Optional.of("profile of digit-reader 6"),
            minutesAgo(0),
            Optional.of(Name.of("l4")),
            Optional.of(digest("key"))),
        new Device(
            Name.of("local-cpu"),
            "cpu",
            Device.State.IDLE,
            facts("AMD EPYC 9354"),
            Optional.empty(),
            minutesAgo(0),
            Optional.empty(),
            Optional.empty()),
        new Device(
            Name.of("orin-nx-02"),
            "jetson",
            Device.State.LOST,
            facts("Orin NX 16 GB"),
            Optional.empty(),
            minutesAgo(49),
            Optional.of(Name.of("orin-nx")),
            Optional.of(digest("key of orin-nx-02"))));
  }

  private static Map<String, String> facts(String processor) {
    return new TreeMap<>(
        Map.of(
            "processor",
            processor,
            "cores",
            "2",
            "memory",
            "3.8 GiB",
            "governor",
            "performance",
            "onnxruntime",
            "1.29.0"));
  }

  @Override
  public Device device(Name name) {
    return devices().stream()
        .filter(d -> d.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new NoSuchThing("device", name.text(), "see the lab"));
  }

  @Override
  public List<Profile> profiles(Name name) {
    device(name);
    return name.text().equals("orin-nx-02")
        ? List.of()
        : IntStream.range(0, 4).mapToObj(i -> profile(name, i)).toList();
  }

  private static Profile profile(Name name, int index) {
    var random = new Random(index);
    var trace =
        IntStream.range(0, 240)
            .mapToObj(i -> .9 + .12 * random.nextDouble() + (random.nextInt(40) == 0 ? .8 : 0))
            .toList();
    return new Profile(
        digest("profile " + name + index),
        name,
        digest("int8 digit-reader " + (5 - index)),
        new Profile.Latencies(
            new Interval(.96, .95, .97),
            new Interval(1.02, 1.01, 1.04),
            new Interval(1.21, 1.18, index == 1 ? Double.POSITIVE_INFINITY : 1.3)),
        50,
        2000,
        1032,
        ByteSize.parse("21 MiB"),
        trace,
        index != 2,
        facts("AMD EPYC 9354"),
        minutesAgo(40L + 90L * index),
        name.text().equals("gpu-l4-01")
            ? Optional.of(new Profile.Seal(digest("key"), digest("facts"), "c2lnbmVk"))
            : Optional.empty());
  }

  @Override
  public ProfileJob request(ProfileRequest request) {
    throw new IllegalStateException("pages ask for no profile");
  }

  @Override
  public ProfileJob job(Digest id) {
    throw new IllegalStateException("pages ask for no job");
  }
}
