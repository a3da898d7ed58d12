/** RTCP packets as values: what we read of them, and what we build them from. */
import type { ReceptionReport } from '../rtp/reception.ts';
import type { NtpTime } from './ntp.ts';

/** Packet types (RFC 3550 section 12.1, RFC 4585 section 6.1, RFC 3611 section 2). */
export const packetTypes = {
  senderReport: 200,
  receiverReport: 201,
  sourceDescription: 202,
  goodbye: 203,
  transportFeedback: 205,
  payloadFeedback: 206,
  extendedReport: 207,
} as const;

/** Feedback message types by packet type (RFC 4585 sections 6.2 and 6.3, RFC 5104 section 4.3, and two drafts). */
export const feedbackTypes = {
  /** Of transport feedback: the generic NACK, and transport-wide congestion control. */
  nack: 1,
  transportWideCc: 15,
  /** Of payload-specific feedback. */
  pictureLoss: 1,
  fullIntraRequest: 4,
  applicationLayer: 15,
} as const;

/** The letters REMB, which tell it from other application layer feedback. */
export const estimateIdentifier = 0x52454d42;

/** Block types of extended reports (RFC 3611 sections 4.4 and 4.5). */
export const extendedReportTypes = { receiverReferenceTime: 4, delaySinceLastReceiverReport: 5 } as const;

/** RFC 3550 section 6.4.1. */
export interface ReportBlock extends ReceptionReport {
  /** The source that is reported on. */
  readonly ssrc: number;
  /** The middle 32 bits of its last sender report's NTP time; 0 when none has come. */
  readonly lastSenderReport: number;
  /** Since that report came, in 2^-16 seconds. */
  readonly delaySinceLastSenderReport: number;
}

export interface SenderReport {
  readonly kind: 'sender-report';
  readonly ssrc: number;
  readonly ntp: NtpTime;
  /** The RTP timestamp of the same moment. */
  readonly rtpTimestamp: number;
  /** Modulo 2^32, as `octetCount`. */
  readonly packetCount: number;
  /** Payload bytes, without headers and padding. */
  readonly octetCount: number;
  readonly reports: readonly ReportBlock[];
}

export interface ReceiverReport {
  readonly kind: 'receiver-report';
  readonly ssrc: number;
  readonly reports: readonly ReportBlock[];
}

export interface SourceDescription {
  readonly kind: 'source-description';
  readonly chunks: readonly { readonly ssrc: number; readonly cname: string | undefined }[];
}

export interface Goodbye {
  readonly kind: 'goodbye';
  readonly ssrcs: readonly number[];
}

export interface Nack {
  readonly kind: 'nack';
  readonly senderSsrc: number;
  readonly mediaSsrc: number;
  readonly sequenceNumbers: readonly number[];
}

export interface PictureLossIndication {
  readonly kind: 'picture-loss-indication';
  readonly senderSsrc: number;
  readonly mediaSsrc: number;
}

export interface FullIntraRequest {
  readonly kind: 'full-intra-request';
  readonly senderSsrc: number;
  /** A request is new when its command sequence number, modulo 2^8, is (RFC 5104 section 4.3.1.1). */
  readonly requests: readonly { readonly ssrc: number; readonly commandSequence: number }[];
}

/** draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1. */
export interface TransportFeedback {
  readonly kind: 'transport-feedback';
  readonly senderSsrc: number;
  readonly mediaSsrc: number;
  readonly baseSequenceNumber: number;
  /** How many sequence numbers from the base on are reported; those without an arrival have not been received. */
  readonly statusCount: number;
  /** Modulo 2^8. */
  readonly feedbackCount: number;
  /** In the order of sequence numbers; times on the receiver's clock, which wraps at 2^24 times 64 ms. */
  readonly arrivals: readonly { readonly sequenceNumber: number; readonly atMs: number }[];
}

/** Receiver estimated maximum bitrate (draft-alvestrand-rmcat-remb-03 section 2.2). */
export interface ReceiverEstimate {
  readonly kind: 'receiver-estimate';
  readonly senderSsrc: number;
  readonly bitrateBps: number;
  readonly ssrcs: readonly number[];
}

/** RFC 3611, of which we read what gives a receiver a round trip (sections 4.4 and 4.5). */
export interface ExtendedReport {
  readonly kind: 'extended-report';
  readonly ssrc: number;
  readonly blocks: readonly ExtendedReportBlock[];
}

export type ExtendedReportBlock =
  | { readonly kind: 'receiver-reference-time'; readonly ntp: NtpTime }
  | { readonly kind: 'delay-since-last-receiver-report'; readonly reports: readonly DelayReport[] };

export interface DelayReport {
  readonly ssrc: number;
  /** The middle 32 bits of the receiver's last reference time; 0 when none has come. */
  readonly lastReceiverReport: number;
  /** Since that came, in 2^-16 seconds. */
  readonly delaySinceLastReceiverReport: number;
}

/** Sound, and nothing that we read. */
export interface OtherRtcpPacket {
  readonly kind: 'other';
  readonly packetType: number;
  /** The five bits that count, or tell the kind of feedback. */
  readonly count: number;
}

export type RtcpPacket =
  | SenderReport
  | ReceiverReport
  | SourceDescription
  | Goodbye
  | Nack
  | PictureLossIndication
  | FullIntraRequest
  | TransportFeedback
  | ReceiverEstimate
  | ExtendedReport
  | OtherRtcpPacket;
