-- A store of revision 0001, as the first release wrote it: never changed.
PRAGMA application_id = 1129796180;
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	who TEXT NOT NULL, 
	what TEXT NOT NULL, 
	about TEXT NOT NULL, 
	"before" TEXT NOT NULL, 
	"after" TEXT NOT NULL, 
	previous TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "audit" VALUES(1,'2026-11-01T08:00:00.000000+00:00','Li','firm','91330500MA28C1EK4T','','{"gbt4754": "3311", "name_zh": "久立", "output": 9.5}','','ad085a61819ff8348781638c8fbb1852865d28037cdc088fd809cccfd83488c3');
INSERT INTO "audit" VALUES(2,'2026-11-01T08:00:00.000000+00:00','Li','firm','91330500MA2B3GH5X1','','{"gbt4754": "1099", "name_zh": "长安仁恒", "output": null}','ad085a61819ff8348781638c8fbb1852865d28037cdc088fd809cccfd83488c3','fdbcb05da56552e55ae0b1ed545bf309e889e72221ee295c073cd2f2aea300f9');
INSERT INTO "audit" VALUES(3,'2026-11-01T09:00:00.000000+00:00','Li','readings','1','','{"added": 3, "digest": "7ef2bf59e45858194eec50851a1fa0306b4752774cbd5e874bfe9f198a8e3cdd", "file": "a.csv", "given": 3, "note": "", "revised": 0, "sha256": "ab"}','fdbcb05da56552e55ae0b1ed545bf309e889e72221ee295c073cd2f2aea300f9','779861743b8f9df11d85a17091281c1ad8d2eca33fa656daafabe939bdd7c322');
INSERT INTO "audit" VALUES(4,'2026-11-01T10:00:00.000000+00:00','Wang','readings','2','','{"added": 0, "digest": "da916b5c3924c4fc4e16a44388eb7e1d645aefeaf23e23a6ae3a6c320f7a2aad", "file": "", "given": 1, "note": "meter", "revised": 1, "sha256": ""}','779861743b8f9df11d85a17091281c1ad8d2eca33fa656daafabe939bdd7c322','b1c605ab7ab00b9fcbe12953ed0b635528c823f51476e89500a4118835e57b61');
INSERT INTO "audit" VALUES(5,'2026-11-01T11:00:00.000000+00:00','bureau','codes','2026-09 to 2026-10','','{"codes": 2, "texts_sha256": "71fe3dcbab08eb47772ecc78a2ce360958bedc0c997e34e823c7b87776c36c2e"}','b1c605ab7ab00b9fcbe12953ed0b635528c823f51476e89500a4118835e57b61','41086b47dbc55899b2ea520751407c884a66d409c484870a5c6bffd3c1c19fd7');
INSERT INTO "audit" VALUES(6,'2026-11-01T12:00:00.000000+00:00','bureau','code','91330500MA28C1EK4T 2026-09','{"withdrawn": ""}','{"by": "bureau", "reason": "wrong meter", "withdrawn": "2026-11-01T12:00:00.000000+00:00", "withdrawn_by": "bureau"}','41086b47dbc55899b2ea520751407c884a66d409c484870a5c6bffd3c1c19fd7','fb2bd43c07176796e53edb93e7a4e5655b7f2f21d223604777dbfea3ff96faeb');
CREATE TABLE code (
	firm_id INTEGER NOT NULL, 
	month INTEGER NOT NULL, 
	issue INTEGER NOT NULL, 
	method TEXT NOT NULL, 
	text TEXT NOT NULL, 
	document TEXT NOT NULL, 
	issued TEXT NOT NULL, 
	expires TEXT NOT NULL, 
	kid TEXT NOT NULL, 
	root TEXT NOT NULL, 
	withdrawn TEXT NOT NULL, 
	withdrawn_by TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_code PRIMARY KEY (firm_id, month, issue), 
	CONSTRAINT fk_code_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
 STRICT

;
INSERT INTO "code" VALUES(1,680,1,'zj-2021','CC1:A','{}','2026-11-05','2027-02-08','ab12','','2026-11-01T12:00:00.000000+00:00','bureau','wrong meter');
INSERT INTO "code" VALUES(1,681,1,'zj-2021','CC1:B','{}','2026-11-05','2027-02-08','ab12','','','','');
CREATE TABLE firm (
	id INTEGER NOT NULL, 
	firm TEXT NOT NULL, 
	credit_code TEXT NOT NULL, 
	name_en TEXT NOT NULL, 
	name_zh TEXT NOT NULL, 
	place TEXT NOT NULL, 
	gbt4754 TEXT NOT NULL, 
	division TEXT NOT NULL, 
	size TEXT NOT NULL, 
	source TEXT NOT NULL, 
	date TEXT NOT NULL, 
	sector TEXT NOT NULL, 
	market TEXT NOT NULL, 
	region TEXT NOT NULL, 
	output REAL, 
	CONSTRAINT pk_firm PRIMARY KEY (id), 
	CONSTRAINT uq_firm_firm UNIQUE (firm)
)
 STRICT

;
INSERT INTO "firm" VALUES(1,'91330500MA28C1EK4T','','','久立','','3311','','','','','','','',9.5);
INSERT INTO "firm" VALUES(2,'91330500MA2B3GH5X1','','','长安仁恒','','1099','','','','','','','',NULL);
CREATE TABLE intake (
	id INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	who TEXT NOT NULL, 
	file TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	note TEXT NOT NULL, 
	given INTEGER NOT NULL, 
	added INTEGER NOT NULL, 
	revised INTEGER NOT NULL, 
	digest TEXT NOT NULL, 
	CONSTRAINT pk_intake PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "intake" VALUES(1,'2026-11-01T09:00:00.000000+00:00','Li','a.csv','ab','',3,3,0,'7ef2bf59e45858194eec50851a1fa0306b4752774cbd5e874bfe9f198a8e3cdd');
INSERT INTO "intake" VALUES(2,'2026-11-01T10:00:00.000000+00:00','Wang','','','meter',1,0,1,'da916b5c3924c4fc4e16a44388eb7e1d645aefeaf23e23a6ae3a6c320f7a2aad');
CREATE TABLE reading (
	month INTEGER NOT NULL, 
	firm_id INTEGER NOT NULL, 
	kind INTEGER NOT NULL, 
	item_id INTEGER NOT NULL, 
	intake_id INTEGER NOT NULL, 
	value REAL, 
	text_id INTEGER NOT NULL, 
	quality INTEGER NOT NULL, 
	source_id INTEGER NOT NULL, 
	CONSTRAINT pk_reading PRIMARY KEY (month, firm_id, kind, item_id, intake_id), 
	CONSTRAINT fk_reading_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id), 
	CONSTRAINT fk_reading_item_id FOREIGN KEY(item_id) REFERENCES word (id), 
	CONSTRAINT fk_reading_intake_id FOREIGN KEY(intake_id) REFERENCES intake (id), 
	CONSTRAINT fk_reading_text_id FOREIGN KEY(text_id) REFERENCES word (id), 
	CONSTRAINT fk_reading_source_id FOREIGN KEY(source_id) REFERENCES word (id)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "reading" VALUES(681,1,1,0,1,NULL,2,1,3);
INSERT INTO "reading" VALUES(681,1,5,0,1,7.25,0,1,3);
INSERT INTO "reading" VALUES(681,1,5,0,2,8.5,0,0,3);
INSERT INTO "reading" VALUES(681,1,14,1,1,3.0,0,1,3);
CREATE TABLE word (
	id INTEGER NOT NULL, 
	word TEXT NOT NULL, 
	CONSTRAINT pk_word PRIMARY KEY (id), 
	CONSTRAINT uq_word_word UNIQUE (word)
)
 STRICT

;
INSERT INTO "word" VALUES(0,'');
INSERT INTO "word" VALUES(1,'diesel');
INSERT INTO "word" VALUES(2,'久立 特材');
INSERT INTO "word" VALUES(3,'invoice');
COMMIT;
