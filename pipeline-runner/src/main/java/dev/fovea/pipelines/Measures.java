package dev.fovea.pipelines;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.lab.Profile;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.teamfile.Sweep;
import java.util.List;
import java.util.Optional;

/**
 * What a release measured, for who holds it against another policy.
 *
 * @param release its digest
 * @param policy the {@code fovea.yaml} that it was held against
 * @param forms each variant that was evaluated; fewer than two where the release did not get so far
 * @param sweeps the evaluations under faults that its rules asked for
 */
public record Measures(Digest release, String policy, List<Form> forms, List<Swept> sweeps) {
  public Measures {
    forms = List.copyOf(forms);
    sweeps = List.copyOf(sweeps);
  }

  /**
   * One variant.
   *
   * @param evaluation the object with what it said to the test split
   * @param size of the model file
   * @param profiles one a device that the release's rules name and the lab has
   */
  public record Form(Variant variant, Digest evaluation, ByteSize size, List<Profile> profiles) {
    public Form {
      profiles = List.copyOf(profiles);
    }
  }

  /**
   * A variant under a fault.
   *
   * @param slice the images that it is of; the whole test split where absent
   * @param evaluation the object with what it said
   */
  public record Swept(Variant of, Sweep sweep, Optional<String> slice, Digest evaluation) {}

  /** This variant, where it was evaluated. */
  public Optional<Form> form(Variant variant) {
    return forms.stream().filter(form -> form.variant() == variant).findFirst();
  }
}
