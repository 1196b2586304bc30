package dev.fovea.datasets;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;
import org.springframework.web.service.annotation.PutExchange;

/** Batches of frames that wait for a label, and the labels. Who labels is the caller. */
@HttpExchange("/api/v1/projects/{project}/batches")
public interface Annotation {
  /** Chooses the frames most worth labelling: unsure, unlike one another, none labelled before. */
  @PostExchange
  Batch select(@PathVariable("project") Name project, @RequestBody Selection selection)
      throws InvalidRequest, NoSuchThing;

  /** Newest first. */
  @GetExchange
  List<Batch> batches(@PathVariable("project") Name project);

  /** One batch. */
  @GetExchange("/{batch}")
  Batch batch(@PathVariable("project") Name project, @PathVariable("batch") Digest batch)
      throws NoSuchThing;

  /** Its items, by number. */
  @GetExchange("/{batch}/items")
  List<Item> items(@PathVariable("project") Name project, @PathVariable("batch") Digest batch)
      throws NoSuchThing;

  /**
   * Leases the next item that nobody else holds to the caller; absent when every item is labelled
   * or held.
   */
  @PostExchange("/{batch}/lease")
  Optional<Item> lease(@PathVariable("project") Name project, @PathVariable("batch") Digest batch)
      throws NoSuchThing;

  /** Labels an item; the caller's own earlier label is replaced. */
  @PutExchange("/{batch}/items/{number}/label")
  Item label(
      @PathVariable("project") Name project,
      @PathVariable("batch") Digest batch,
      @PathVariable("number") int number,
      @RequestBody Answer answer)
      throws NoSuchThing, InvalidRequest, ItemHeldByAnother, BatchClosed;

  /**
   * Commits every labelled item as a new dataset version; a second call answers the same version.
   */
  @PostExchange("/{batch}/commit")
  DatasetVersion commit(@PathVariable("project") Name project, @PathVariable("batch") Digest batch)
      throws NoSuchThing, BatchNotLabelled, NothingNewInBatch, PushRefused;

  /**
   * What to choose.
   *
   * @param dataset where the labels will go
   * @param model whose frames
   * @param budget how many at most, 1 to 1,000
   */
  record Selection(Name dataset, Name model, int budget) {}

  /**
   * Items chosen together.
   *
   * @param digest of its items: the same frames chosen again are the same batch
   * @param version what it became, once committed
   */
  record Batch(
      Digest digest,
      Name dataset,
      Name model,
      List<String> classes,
      int items,
      int labelled,
      Optional<Digest> version,
      Instant chosen) {}

  /**
   * A frame that waits for a label.
   *
   * @param number from 1, the most worth labelling first
   * @param guess the model's answer
   * @param confidence of the guess, 0 to 1
   * @param why it was chosen, a sentence
   * @param label what the annotator said; absent while it waits
   * @param usable false when the annotator said that it shows nothing
   * @param holder who labelled it or holds its lease
   */
  record Item(
      Digest batch,
      int number,
      Digest image,
      String guess,
      double confidence,
      String why,
      Optional<String> label,
      boolean usable,
      Optional<String> holder) {}

  /**
   * What the annotator says.
   *
   * @param label one of the batch's classes; absent when the frame is unusable
   */
  record Answer(Optional<String> label) {}
}
