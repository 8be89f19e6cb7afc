"""The PACT 3.0 data model as a JSON schema, written from the specification and not from ours."""

TEXT = {"type": "string"}
FILLED = {"type": "string", "minLength": 1}
URNS = {
    "type": "array",
    "minItems": 1,
    "uniqueItems": True,
    "items": {"type": "string", "pattern": "^([uU][rR][nN]):"},
}
TIME = {"type": "string", "format": "date-time"}
DECIMAL = {"type": "string", "pattern": r"^[+-]?\d+(\.\d+)?$"}
AT_LEAST_0 = {"type": "string", "pattern": r"^[+]?\d+(\.\d+)?$"}
ABOVE_0 = {"type": "string", "pattern": r"^[+]?((\d*[1-9]\d*)(\.\d+)?|(0+\.\d*[1-9]\d*))$"}
AT_MOST_0 = {"type": "string", "pattern": r"^(-\d+(\.\d+)?|0+(\.0+)?)$"}

NOT_NEGATIVE = [
    "fossilCarbonContent",
    "biogenicCarbonContent",
    "recycledCarbonContent",
    "fossilGhgEmissions",
    "landUseChangeGhgEmissions",
    "landCarbonLeakage",
    "landManagementFossilGhgEmissions",
    "landManagementBiogenicCO2Emissions",
    "biogenicNonCO2Emissions",
    "landAreaOccupation",
    "aircraftGhgEmissions",
    "packagingGhgEmissions",
    "packagingBiogenicCarbonContent",
    "outboundLogisticsGhgEmissions",
    "technologicalCO2Removals",
    "ccuCarbonContent",
]
NOT_POSITIVE = [
    "landManagementBiogenicCO2Removals",
    "biogenicCO2Uptake",
    "ccsTechnologicalCO2Capture",
]
PLACES = ["geographyRegionOrSubregion", "geographyCountry", "geographyCountrySubdivision"]
WITH_PLACE = [{"required": [name]} for name in PLACES]

FOOTPRINT = {
    "type": "object",
    "required": [
        "declaredUnitOfMeasurement",
        "declaredUnitAmount",
        "productMassPerDeclaredUnit",
        "referencePeriodStart",
        "referencePeriodEnd",
        "pcfExcludingBiogenicUptake",
        "pcfIncludingBiogenicUptake",
        "fossilGhgEmissions",
        "fossilCarbonContent",
        "ipccCharacterizationFactors",
        "crossSectoralStandards",
        "exemptedEmissionsPercent",
    ],
    "properties": {
        "declaredUnitOfMeasurement": {
            "enum": [
                "liter",
                "kilogram",
                "cubic meter",
                "kilowatt hour",
                "megajoule",
                "ton kilometer",
                "square meter",
                "piece",
                "hour",
                "megabit second",
            ]
        },
        "declaredUnitAmount": ABOVE_0,
        "productMassPerDeclaredUnit": DECIMAL,
        "referencePeriodStart": TIME,
        "referencePeriodEnd": TIME,
        "geographyCountry": {"type": "string", "pattern": "^[A-Z]{2}$"},
        "geographyCountrySubdivision": {"type": "string", "pattern": "^[A-Z]{2}-[A-Z0-9]{1,3}$"},
        "pcfExcludingBiogenicUptake": DECIMAL,
        "pcfIncludingBiogenicUptake": DECIMAL,
        "packagingEmissionsIncluded": {"type": "boolean"},
        "ccsTechnologicalCO2CaptureIncluded": {"type": "boolean"},
        "ccuCalculationApproach": {"enum": ["Cut-off", "Credit"]},
        "ipccCharacterizationFactors": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {"type": "string", "pattern": r"^AR\d+$"},
        },
        "crossSectoralStandards": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {"type": "string"},
        },
        "exemptedEmissionsPercent": DECIMAL,
        "primaryDataShare": DECIMAL,
        "dqi": {
            "type": "object",
            "required": ["technologicalDQR", "geographicalDQR", "temporalDQR"],
            "properties": {
                f"{which}DQR": DECIMAL for which in ("technological", "geographical", "temporal")
            },
        },
        **dict.fromkeys(NOT_NEGATIVE, AT_LEAST_0),
        **dict.fromkeys(NOT_POSITIVE, AT_MOST_0),
    },
    "oneOf": [{"oneOf": WITH_PLACE}, {"not": {"anyOf": WITH_PLACE}}],
}

PRODUCT_FOOTPRINT = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": [
        "id",
        "specVersion",
        "created",
        "status",
        "companyName",
        "companyIds",
        "productDescription",
        "productIds",
        "productNameCompany",
        "pcf",
    ],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "specVersion": {"type": "string", "pattern": r"^\d+\.\d+\.\d+(-\d{8})?$"},
        "precedingPfIds": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {"type": "string", "format": "uuid"},
        },
        "created": TIME,
        "status": {"enum": ["Active", "Deprecated"]},
        "validityPeriodStart": TIME,
        "validityPeriodEnd": TIME,
        "companyName": FILLED,
        "companyIds": URNS,
        "productDescription": TEXT,
        "productIds": URNS,
        "productClassifications": URNS,
        "productNameCompany": FILLED,
        "comment": TEXT,
        "pcf": FOOTPRINT,
    },
}
