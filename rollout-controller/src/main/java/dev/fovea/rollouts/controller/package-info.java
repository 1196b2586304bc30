/**
 * Takes each rollout from its request to its end, and keeps the running system as the database
 * says.
 */
@NullMarked
package dev.fovea.rollouts.controller;

import org.jspecify.annotations.NullMarked;
