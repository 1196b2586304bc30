package dev.fovea.pipelines.check;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.lab.Device;
import dev.fovea.lab.Lab;
import dev.fovea.lab.Profile;
import dev.fovea.lab.ProfileJob;
import dev.fovea.pipelines.artefact.Artefacts;
import dev.fovea.pipelines.artefact.Artefacts.Recipe;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** A lab that measures the same model on the same machine once, and then says what it measured. */
public final class KeptProfiles implements Lab {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final long LIMIT_BYTES = 1 << 20;

  private final Lab lab;
  private final Artefacts artefacts;
  private final ObjectStore objects;
  private final Map<Digest, ProfileJob> kept = new HashMap<>();

  /**
   * @param lab whose jobs are done when they are asked for
   */
  public KeptProfiles(Lab lab, Artefacts artefacts, ObjectStore objects) {
    this.lab = lab;
    this.artefacts = artefacts;
    this.objects = objects;
  }

  @Override
  public List<Device> devices() {
    return lab.devices();
  }

  @Override
  public Device device(Name name) {
    return lab.device(name);
  }

  @Override
  public List<Profile> profiles(Name name) {
    return lab.profiles(name);
  }

  @Override
  public ProfileJob request(ProfileRequest request) {
    var recipe = recipe(request, lab.device(request.device()).facts());
    try {
      var before = artefacts.find(recipe);
      if (before.isPresent()) {
        return kept(request, read(before.get()));
      }
      var job = lab.request(request);
      if (job.profile().isPresent()) {
        artefacts.keep(recipe, objects.put(JSON.writeValueAsBytes(job.profile().get())));
      }
      return job;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ProfileJob job(Digest id) {
    var job = kept.get(id);
    return job == null ? lab.job(id) : job;
  }

  private Profile read(Digest profile) throws IOException {
    return JSON.readValue(objects.bytes(profile, LIMIT_BYTES), Profile.class);
  }

  private ProfileJob kept(ProfileRequest request, Profile profile) {
    var id = Digest.sha256(("kept " + request).getBytes(StandardCharsets.UTF_8));
    var job =
        new ProfileJob(
            id, request.device(), ProfileJob.State.DONE, 0, Optional.of(profile), Optional.empty());
    kept.put(id, job);
    return job;
  }

  private static Recipe recipe(ProfileRequest request, Map<String, String> facts) {
    var machine =
        Stream.of("processor", "cores", "memory", "system", "jdk", "onnxruntime")
            .map(fact -> facts.getOrDefault(fact, ""));
    var run =
        Stream.of(
            request.device().text(),
            request.model().toString(),
            request.input().toString(),
            Integer.toString(request.warmUp()),
            Integer.toString(request.samples()));
    return new Recipe("check-profile-1", Stream.concat(run, machine).toList());
  }
}
