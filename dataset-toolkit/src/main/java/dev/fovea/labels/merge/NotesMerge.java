package dev.fovea.labels.merge;

import dev.fovea.labels.Licence;
import dev.fovea.labels.Notes;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Merges what is said of a dataset as a whole. A licence is the same where its number and all that
 * is said of it are; one that a merged image is under stays even if a side deleted it.
 */
final class NotesMerge {
  private final ExtrasMerge fields;

  NotesMerge(Conflicts conflicts) {
    this.fields = new ExtrasMerge(conflicts);
  }

  /**
   * The merged notes.
   *
   * @param used licences of merged images
   */
  Notes merge(Notes base, Notes ours, Notes theirs, Set<Licence> used) {
    var both = new LinkedHashSet<>(ours.licences());
    both.addAll(theirs.licences());
    var licences =
        both.stream()
            .filter(each ->
                used.contains(each)
                    || !base.licences().contains(each)
                    || (ours.licences().contains(each) && theirs.licences().contains(each)))
            .toList();
    return new Notes(
        licences,
        fields.merge(
            base.extras(),
            ours.extras(),
            theirs.extras(),
            (field, a, b) -> new Conflict("", "the dataset", field, a, b)));
  }
}
