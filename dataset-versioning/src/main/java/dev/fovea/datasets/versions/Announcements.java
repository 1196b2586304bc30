package dev.fovea.datasets.versions;

/** Where events go; called inside the transaction that made them true. */
@FunctionalInterface
public interface Announcements {
  void publish(Object event);
}
