package dev.fovea.rollouts.controller;

/** Tells other services; called inside the transaction that makes it true. */
@FunctionalInterface
public interface Outbox {
  void publish(Object event);
}
