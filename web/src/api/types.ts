/** Short names for what the API sends; all of it is generated from the OpenAPI file. */
import type { Readable } from "openapi-typescript-helpers";

import type { components, operations } from "./schema";

/** As the client hands it out. */
type Received<Name extends keyof components["schemas"]> = Readable<components["schemas"][Name]>;

export type Credentials = components["schemas"]["Credentials"];
export type SecondStep = components["schemas"]["SecondStep"];
export type Session = Received<"Session">;
export type Incident = Received<"Incident">;
export type Piece = Received<"Piece">;
export type IncidentDetail = Received<"IncidentDetail">;
export type IncidentPage = Received<"IncidentPage">;
export type AuditLine = Received<"AuditLine">;
export type Delivery = Received<"Delivery">;
export type Camera = Received<"ListedCamera">;
export type CameraReason = Received<"CameraReason">;
export type Control = Received<"Control">;
export type Move = components["schemas"]["Move"];
export type StoredPresetList = Received<"StoredPresetList">;
export type PresetLook = Received<"PresetLook">;
export type Variant = PresetLook["variants"][number];
export type WatchedDay = Received<"WatchedDay">;
export type CameraFault = Received<"CameraFault">;

export type TypeOfIncident = Received<"TypeOfIncident">;
export type Lane = Received<"Lane">;
export type Handover = Received<"Handover">;
export type HandoverList = Received<"HandoverList">;
export type SiteMap = Received<"SiteMap">;
export type MapCamera = Received<"MapCamera">;
export type CameraLoad = Received<"CameraLoad">;
export type Macro = Received<"Macro">;
export type Screen = Received<"Screen">;
export type Budget = Received<"Budget">;
export type ThresholdList = Received<"ThresholdList">;
export type ThresholdPlace = Received<"ThresholdPlace">;
export type CameraSnapshot = Received<"CameraSnapshot">;
export type DrawnCamera = Received<"DrawnCamera">;
export type DrawnCameraList = Received<"DrawnCameraList">;
export type Drawing = Received<"Drawing">;
export type DrawingVersion = Received<"DrawingVersion">;
export type DrawingFault = Received<"DrawingFault">;
export type SiteTable = Received<"SiteTable">;
export type DryRunStep = Received<"DryRunStep">;
export type Signal = Received<"Signal">;
export type SignalList = Received<"SignalList">;
export type BenchmarkList = Received<"BenchmarkList">;
export type Benchmark = BenchmarkList["items"][number];
export type BenchmarkReport = Received<"Report">;
export type ClipRecord = Received<"ClipRecord">;
export type BenchmarkDiff = Received<"Diff">;
export type Person = Received<"Person">;
export type PersonList = Received<"PersonList">;
export type Scope = Person["scope"];
export type OpenSession = Received<"OpenSession">;
export type AuditEntry = Received<"AuditEntry">;
/** As it is sent. */
export type NewIncident = components["schemas"]["NewIncident"];
export type NewFault = components["schemas"]["NewFault"];
export type FaultChange = components["schemas"]["FaultChange"];

export type Role = Session["user"]["role"];
export type State = Incident["state"];
export type Kind = Incident["kind"];
export type Command = Incident["commands"][number];
export type RejectReason = NonNullable<Incident["reason"]>;
export type Result = NonNullable<Incident["result"]>;
export type Recipient = NonNullable<Incident["recipient"]>;
/** `priority` is given by the person who escalates, `suggested_priority` by the table of the site. */
export type Priority = NonNullable<Incident["priority"]>;
export type Band = NonNullable<Incident["band"]>;
export type Sort = NonNullable<NonNullable<operations["listIncidents"]["parameters"]["query"]>["sort"]>;
