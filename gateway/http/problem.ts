/** Problem documents: the one form in which the gateway says no (RFC 9457). */
import { STATUS_CODES } from 'node:http';
import type { Refused } from '../../actors/protocol.ts';

export interface Problem {
  readonly status: number;
  readonly title: string;
  /** What went wrong in this case, and what to do about it, for people. */
  readonly detail: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Which fields of the body were wrong, and how. */
  readonly errors?: readonly FieldError[];
  /** Which stream it was about, for the log; not part of the document. */
  readonly stream?: string;
}

export interface FieldError {
  readonly field: string;
  readonly detail: string;
}

interface ProblemError extends Error {
  readonly problem: Problem;
}

export const PROBLEM_TYPE = 'application/problem+json';

/** An error to throw: the app answers with the problem document. The title defaults to the status's own words. */
export function problem(
  status: number,
  detail: string,
  more: {
    title?: string;
    headers?: Record<string, string>;
    errors?: readonly FieldError[];
    stream?: string | undefined;
  } = {},
): ProblemError {
  const { title = STATUS_CODES[status] ?? 'Error', headers = {}, errors, stream } = more;
  const fields: Problem = {
    status,
    title,
    detail,
    headers,
    ...(errors && { errors }),
    ...(stream !== undefined && { stream }),
  };
  return Object.assign(new Error(detail), { problem: fields });
}

/** What an actor refused, as an error to throw. */
export function refusal(refused: Refused): ProblemError {
  const { status, title, detail, retryAfterSeconds } = refused;
  const headers = retryAfterSeconds === undefined ? {} : retryAfter(retryAfterSeconds);
  return problem(status, detail, { title, headers });
}

/** The problem that was thrown, or undefined for an error that nobody meant. */
export function problemOf(error: unknown): Problem | undefined {
  return error instanceof Error && 'problem' in error ? (error as ProblemError).problem : undefined;
}

/** Whole seconds, rounded up: RFC 9110 section 10.2.3 knows no fractions. */
export function retryAfter(seconds: number): Record<string, string> {
  return { 'Retry-After': String(Math.max(0, Math.ceil(seconds))) };
}

/**
 * The document. Its type is `about:blank` when the status says it all (RFC 9457 section 4.2.1), else a URN made from
 * the title, that a program can compare.
 */
export function problemDocument(found: Problem, instance: string): Record<string, unknown> {
  const { status, title, detail, errors } = found;
  const slug = title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const type = title === STATUS_CODES[status] ? 'about:blank' : `urn:zrtc:problem:${slug}`;
  return { type, title, status, detail, instance, ...(errors && { errors }) };
}
